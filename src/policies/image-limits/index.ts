/**
 * Policy type `image-limits`: the image is not too old, not too large and has not too many layers.
 */
import { z } from "zod";
import type { Deviation, ImageFacts, ImageMeasures, PolicyOutcome } from "../../domain/policy.ts";
import { daysSince, daysText } from "../shared/days.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import type { PolicyType } from "../types.ts";

function limit(title: string, description: string, fallback: number, max: number) {
  return z.number().int().min(0).max(max).default(fallback).meta({ title, description });
}

const options = z
  .strictObject({
    max_age_days: limit("Oldest age in days", "Since it was built; 0: not looked at.", 90, 36_500),
    max_size_megabytes: limit(
      "Largest size in megabytes",
      "Of the layers as they are stored, in millions of bytes; 0: not looked at.",
      0,
      10_000_000,
    ),
    max_layers: limit("Most layers", "Empty ones are not counted; 0: not looked at.", 0, 10_000),
  })
  .refine((config) => Object.values(config).some((value) => value > 0), {
    message: "set at least one limit: otherwise every image would meet it",
    path: ["max_age_days"],
  });
type Options = z.output<typeof options>;

export const imageLimits: PolicyType<Options> = Object.freeze({
  id: "image-limits",
  title: "Image age and size",
  description: "The image was built not long ago and is not too large.",
  specs: ["https://github.com/opencontainers/image-spec/blob/v1.1.0/config.md#properties"],
  version: 1,
  needs: ["image"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const { image, now } = facts;
  if (image === null) return { status: "no_data", reason: "there is no image to measure" };
  debug(`built ${image.createdAt ?? "?"}, ${image.sizeBytes} bytes, ${image.layerCount} layers`);
  const age = ageOf(image, now);
  const deviations = [
    ...ageDeviations(age, config.max_age_days),
    ...sizeDeviations(image, config.max_size_megabytes),
    ...layerDeviations(image, config.max_layers),
  ];
  if (deviations.length > 0) return notMet(deviations);
  if (config.max_age_days > 0 && age === null) {
    return { status: "no_data", reason: `the image does not tell when it was built: ${createdText(image)}` };
  }
  return { status: "met" };
}

/** Builds that are to be repeatable write the epoch, or another date that is long before any image. */
const FIRST_IMAGES_MS = Date.UTC(2013, 0, 1);

/** Whole days; null when the image does not tell: nothing, the epoch, or a time that is still to come. */
function ageOf({ createdAt }: ImageMeasures, now: Date): number | null {
  if (createdAt === null || Date.parse(createdAt) < FIRST_IMAGES_MS) return null;
  const days = daysSince(createdAt, now);
  return days === null || days < -1 ? null : Math.max(days, 0);
}

function createdText({ createdAt }: ImageMeasures): string {
  return createdAt === null ? "it has no time of creation" : `its time of creation is ${createdAt}`;
}

function ageDeviations(age: number | null, max: number): readonly Deviation[] {
  if (max === 0 || age === null || age <= max) return [];
  return [
    deviation({
      message: `Built ${daysText(age)} ago, more than ${max}`,
      columns: { Limit: "age", Is: daysText(age), Allowed: daysText(max) },
      remediation: "Build the image again, on a base image of today.",
    }),
  ];
}

function sizeDeviations({ sizeBytes }: ImageMeasures, max: number): readonly Deviation[] {
  if (max === 0 || sizeBytes <= max * 1_000_000) return [];
  const size = `${Math.ceil(sizeBytes / 1_000_000)} MB`;
  return [
    deviation({
      message: `The layers take ${size}, more than ${max} MB`,
      columns: { Limit: "size", Is: size, Allowed: `${max} MB` },
      remediation: "Use a smaller base image, or build in stages and copy only what runs.",
    }),
  ];
}

function layerDeviations({ layerCount }: ImageMeasures, max: number): readonly Deviation[] {
  if (max === 0 || layerCount <= max) return [];
  return [
    deviation({
      message: `The image has ${layerCount} layers, more than ${max}`,
      columns: { Limit: "layers", Is: String(layerCount), Allowed: String(max) },
      remediation: "Join instructions of the Dockerfile.",
    }),
  ];
}
