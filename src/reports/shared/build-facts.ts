/**
 * How an image was built, as its provenance tells: from which source and commit, with which parameters, out of what, by whom.
 * Sources: https://slsa.dev/provenance/v0.2, https://slsa.dev/spec/v1.0/provenance,
 * https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-provenance.md
 */
import type { Attestation, ResolvedImage } from "../../domain/image.ts";
import { recordOf } from "../../domain/json-record.ts";

export interface BuildFacts {
  readonly predicateType: string;
  /** Somebody who is trusted signed it. */
  readonly verified: boolean;
  readonly builder: string | null;
  readonly buildType: string | null;
  /** Where the source lies: `https://git.example.com/team/app.git`. */
  readonly source: string | null;
  /** Of the source: a commit. */
  readonly commit: string | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** `build-arg:VERSION=1.2`; values of secrets were taken out when the image was read. */
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
  /** What went in: images and other files, with `sha256:…` or `sha1:…`. */
  readonly materials: readonly { readonly uri: string; readonly digest: string | null }[];
}

/** Of each provenance about the image, in their order. */
export function buildFactsOf({ attestations }: Pick<ResolvedImage, "attestations">): readonly BuildFacts[] {
  return (attestations ?? [])
    .filter(({ predicateType }) => predicateType.startsWith("https://slsa.dev/provenance/v"))
    .map(readBuild);
}

function readBuild({ predicateType, predicate, trust }: Attestation): BuildFacts {
  const definition = at(predicate, "buildDefinition");
  const invocation = at(predicate, "invocation");
  const details = at(predicate, "runDetails");
  const metadata = at(predicate, "metadata") ?? at(details, "metadata");
  const external = at(definition, "externalParameters");
  const request = at(external, "request") ?? at(invocation, "parameters") ?? external;
  const configSource = at(invocation, "configSource") ?? at(external, "configSource");
  const vcs = at(
    at(metadata, "https://mobyproject.org/buildkit@v1#metadata") ?? at(metadata, "buildkit_metadata"),
    "vcs",
  );
  return {
    predicateType,
    verified: trust === "verified",
    builder: text(at(at(predicate, "builder") ?? at(details, "builder"), "id")),
    buildType: text(at(predicate, "buildType") ?? at(definition, "buildType")),
    source: text(at(vcs, "source")) ?? text(at(configSource, "uri")),
    commit: text(at(vcs, "revision")) ?? digestOf(at(configSource, "digest"))?.split(":")[1] ?? null,
    startedAt: text(at(metadata, "buildStartedOn") ?? at(metadata, "startedOn")),
    finishedAt: text(at(metadata, "buildFinishedOn") ?? at(metadata, "finishedOn")),
    parameters: Object.entries(recordOf(at(request, "args")) ?? {})
      .slice(0, LISTED_MAX)
      .flatMap(([name, value]) => (typeof value === "string" ? [{ name, value }] : [])),
    materials: listOf(at(predicate, "materials") ?? at(definition, "resolvedDependencies")),
  };
}

function listOf(value: unknown): BuildFacts["materials"] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, LISTED_MAX).flatMap((entry: unknown) => {
    const uri = text(at(entry, "uri"));
    return uri === null ? [] : [{ uri, digest: digestOf(at(entry, "digest")) }];
  });
}

/** `sha256:…`, else the first that there is. */
function digestOf(value: unknown): string | null {
  const digests = Object.entries(recordOf(value) ?? {});
  const [algorithm, hex] = digests.find(([name]) => name === "sha256") ?? digests[0] ?? [];
  return algorithm === undefined || typeof hex !== "string" ? null : `${algorithm}:${hex}`;
}

function at(value: unknown, name: string): unknown {
  const record = recordOf(value);
  return record !== null && Object.hasOwn(record, name) ? record[name] : undefined;
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

const LISTED_MAX = 10_000;
