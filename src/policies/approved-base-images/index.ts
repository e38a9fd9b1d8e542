/**
 * Policy type `approved-base-images`: the base image comes from an approved source and its distribution is supported.
 * The source is compared as `name:tag`, or as `name@digest` when no tag is known, with patterns that name the registry
 * host (see `wildcard.ts`). Whether a tag is among those that its publisher keeps up is told by lists of supported tags, which an
 * operator provides: without a list that speaks of the base image there is no answer.
 */
import { z } from "zod";
import type { BaseImageFacts, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { printable } from "../../domain/problem.ts";
import { deviation, notMet } from "../shared/deviation.ts";
import { judgeDistro } from "../shared/distro-support.ts";
import { distroLines } from "../shared/distros.ts";
import { knownBase } from "../shared/known-base.ts";
import type { PolicyType } from "../types.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import { supplies } from "../shared/supply.ts";
import { matchesWildcard } from "./wildcard.ts";

/** A star first, or a host before the first slash: a name with a dot, a port or a star, or `localhost`. */
const WITH_HOST = /^(?:\*|localhost\/|[^/.:*]*[.:*][^/]*\/)/;

const options = z.strictObject({
  allowed_base_images: z
    .array(z.string().max(500).regex(WITH_HOST, "write the registry host, e.g. docker.io/library/alpine:*"))
    .max(ENTRIES_MAX)
    .default(["*"])
    .meta({
      title: "Approved base images",
      description:
        "Patterns with the registry host: `*`, `ghcr.io/org/*`, `docker.io/library/node:*-slim`. A star ends at the character that follows it.",
      examples: [["ghcr.io/org/*", "docker.io/library/node:*-slim"]],
    }),
  allowed_distros_only: z.boolean().default(true).meta({
    title: "Only approved distributions",
    description: "Also judge the distribution: it must be approved below and still get security fixes.",
  }),
  allowed_distros: z
    .array(
      z
        .string()
        .max(100)
        .regex(/^[A-Za-z0-9._-]+(?::[A-Za-z0-9._-]+)?$/, "write ID or ID:VERSION as in os-release")
        .toLowerCase(),
    )
    .max(ENTRIES_MAX)
    .default([...new Set(distroLines.map((line) => line.id))])
    .meta({
      title: "Approved distributions",
      description:
        "Ids of os-release: `debian` means every supported version, `debian:11` this version, supported or not.",
      examples: [["debian", "alpine", "ubuntu:22.04"]],
    }),
  supported_tags_only: z.boolean().default(false).meta({
    title: "Only supported tags",
    description:
      "The tag of a Docker Official Image, or of an image that a list of supported tags names, is one that its publisher keeps up.",
  }),
});
type Options = z.output<typeof options>;

export const approvedBaseImages: PolicyType<Options> = Object.freeze({
  id: "approved-base-images",
  title: "Approved base images",
  description: "The base image comes from an approved source and its distribution still gets security fixes.",
  specs: ["https://www.freedesktop.org/software/systemd/man/latest/os-release.html"],
  version: 1,
  needs: ["baseImage"],
  asks: ({ supported_tags_only: baseSupport }) => ({ baseSupport }),
  options,
  evaluate,
} satisfies PolicyType<Options>);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const base = knownBase(facts);
  if ("status" in base) return base;
  const checks = [checkSource(base, config.allowed_base_images)];
  if (config.allowed_distros_only) checks.push(judgeDistro(facts.distro, config.allowed_distros, facts.now));
  if (config.supported_tags_only) checks.push(checkSupport(base, facts));
  for (const check of checks) debug(`${check.kind}: ${check.message}`);
  const failed = checks.filter((check) => check.kind === "refused");
  if (failed.length > 0) {
    return notMet(
      failed.map((check) =>
        deviation({
          message: check.message,
          columns: check.columns ?? {},
          remediation: check.remediation ?? null,
        }),
      ),
    );
  }
  const unknown = checks.find((check) => check.kind === "unknown");
  return unknown === undefined
    ? { status: "met" }
    : { status: "no_data", reason: printable(unknown.message), supply: unknown.supply ?? supplies.baseImage };
}

/** One of the two questions answered. */
interface Check {
  readonly kind: "approved" | "refused" | "unknown";
  readonly message: string;
  readonly columns?: Readonly<Record<string, string>>;
  readonly remediation?: string;
  /** What would give an answer. */
  readonly supply?: string;
}

function checkSource(base: BaseImageFacts, patterns: readonly string[]): Check {
  const suffix = base.digest === null ? "" : `@${base.digest}`;
  const reference = base.tag === null ? base.name + suffix : `${base.name}:${base.tag}`;
  const pattern = patterns.find((candidate) => matchesWildcard(candidate, reference));
  if (pattern !== undefined) return { kind: "approved", message: `${reference} is approved by ${pattern}` };
  if (base.tag === null && patterns.some((candidate) => matchesWildcard(withoutTag(candidate), base.name))) {
    return { kind: "unknown", message: `the tag of the base image ${base.name} is not known` };
  }
  return {
    kind: "refused",
    message: `${reference} is not an approved base image`,
    columns: { "Base image": reference },
    remediation: `Build on a base image that one of these names: ${patterns.join(", ") || "(none)"}`,
  };
}

/** Images of others than Docker's official ones are judged only where a list speaks of them. */
function checkSupport({ name, tag }: BaseImageFacts, { baseSupport, missing }: ImageFacts): Check {
  const reference = `${name}:${tag ?? ""}`;
  if (baseSupport === null) {
    return name.startsWith("docker.io/library/")
      ? {
          kind: "unknown",
          message: missing.baseSupport ?? `nothing tells whether ${reference} is supported`,
          supply: supplies.baseSupport,
        }
      : { kind: "approved", message: `no list of supported tags speaks of ${name}` };
  }
  if (tag === null) return { kind: "unknown", message: `the tag of the base image ${name} is not known` };
  const { isSupported, source, supportedTags } = baseSupport;
  if (isSupported) return { kind: "approved", message: `${reference} is supported (${source})` };
  const others = supportedTags.slice(0, TAGS_SHOWN).join(", ");
  return {
    kind: "refused",
    message: `${reference} is not supported any more (${source})`,
    columns: { "Base image": reference, Source: source },
    remediation: others === "" ? "Build on a tag that is supported." : `Build on a supported tag: ${others}`,
  };
}

const TAGS_SHOWN = 10;

/** `docker.io/library/node:*-slim` -> `docker.io/library/node`; the port of a host is kept. */
function withoutTag(pattern: string): string {
  const colon = pattern.lastIndexOf(":");
  return colon > pattern.lastIndexOf("/") ? pattern.slice(0, colon) : pattern;
}
