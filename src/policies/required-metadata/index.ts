/**
 * Policy type `required-metadata`: the image carries labels or annotations, each with a value that a pattern may describe. Labels
 * belong to the image's digest; annotations of an index may be written by whoever copies it, so a rule says which of them count.
 */
import { z } from "zod";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { matchesGlob } from "../shared/glob.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

const RULE = /^[^\s=*][^\s=]{0,254}(?:=.{1,1000})?$/;
const rules = z.array(
  z.string().trim().max(1300).regex(RULE, "write a key, or key=pattern where * stands for any text"),
);

const options = z
  .strictObject({
    labels: rules
      .max(ENTRIES_MAX)
      .default(["org.opencontainers.image.source", "org.opencontainers.image.revision"])
      .meta({
        title: "Required labels",
        description: "Keys, or `key=pattern` where `*` stands for any text; a value must not be empty.",
        examples: [["maintainer", "org.opencontainers.image.source=https://git.example.com/*"]],
      }),
    annotations: rules
      .max(ENTRIES_MAX)
      .default([])
      .meta({
        title: "Required annotations",
        description: "The same of annotations of the manifest or its index.",
        examples: [["org.opencontainers.image.vendor=Acme*"]],
      }),
    accept_annotations: z.boolean().default(true).meta({
      title: "Annotations for labels",
      description: "An annotation with the key and value of a required label is as good as the label.",
    }),
  })
  .refine(({ labels, annotations }) => labels.length + annotations.length > 0, {
    message: "ask for at least one label or annotation: otherwise every image would meet it",
    path: ["labels"],
  });
type Options = z.output<typeof options>;

export const requiredMetadata: PolicyType<Options> = Object.freeze({
  id: "required-metadata",
  title: "Required metadata",
  description: "The image carries the labels and annotations that are asked for.",
  specs: ["https://github.com/opencontainers/image-spec/blob/v1.1.0/annotations.md"],
  version: 1,
  needs: ["config"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const labels = facts.config?.labels ?? {};
  const deviations = [
    ...check("label", config.labels, config.accept_annotations ? [labels, facts.annotations] : [labels]),
    ...check("annotation", config.annotations, [facts.annotations]),
  ];
  debug(`${Object.keys(labels).length} labels, ${Object.keys(facts.annotations).length} annotations`);
  return deviations.length > 0 ? notMet(deviations) : { status: "met" };
}

function check(
  kind: "label" | "annotation",
  wanted: readonly string[],
  maps: readonly Readonly<Record<string, string>>[],
): readonly Deviation[] {
  return wanted.flatMap((rule) => {
    const equals = rule.indexOf("=");
    const key = equals === -1 ? rule : rule.slice(0, equals);
    const pattern = equals === -1 ? null : rule.slice(equals + 1);
    const values = maps.flatMap((map) => (Object.hasOwn(map, key) ? [map[key] ?? ""] : []));
    const isThere = values.some((value) =>
      pattern === null ? value.trim() !== "" : matchesGlob(pattern, value),
    );
    return isThere ? [] : [missing(kind, key, pattern, values[0] ?? null)];
  });
}

function missing(
  kind: "label" | "annotation",
  key: string,
  pattern: string | null,
  value: string | null,
): Deviation {
  const wanted = pattern === null ? "a value" : pattern;
  const message =
    value === null ? `The ${kind} ${key} is missing` : `The ${kind} ${key} is "${value}", not ${wanted}`;
  const how =
    kind === "label"
      ? `Add LABEL ${key}="${pattern ?? "…"}" to the Dockerfile, or build with --label.`
      : `Build with docker buildx build --annotation "${key}=${pattern ?? "…"}".`;
  return deviation({
    message,
    columns: { [kind === "label" ? "Label" : "Annotation"]: key, Value: value ?? "", Wanted: wanted },
    remediation: how,
  });
}
