/**
 * GitHub dependency snapshot (https://docs.github.com/en/rest/dependency-graph/dependency-submission): what a workflow submits,
 * so that GitHub warns about the packages of an image. Only written.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { Package } from "../../domain/package.ts";
import { packageEdges } from "../shared/edges.ts";
import { NO_TIME, subjectName, wholeSeconds } from "../shared/subject.ts";
import type { SbomFormat, SbomSubject } from "../types.ts";

export const github: SbomFormat = Object.freeze({
  id: "github",
  aliases: ["github-json"],
  title: "GitHub dependency snapshot",
  specs: [
    "https://docs.github.com/en/rest/dependency-graph/dependency-submission#create-a-snapshot-of-dependencies-for-a-repository",
  ],
  version: 1,
  mediaType: "application/json",
  variants: [],
  predicateType: null,
  holds: null,
  write,
  read: null,
} satisfies SbomFormat);

function write({ image, sbom, toolVersion, workflow }: SbomSubject): string {
  const name = subjectName(image);
  return jsonText({
    version: 0,
    // GitHub demands them; whoever submits from elsewhere than a workflow fills them in.
    ...(workflow === undefined
      ? {}
      : {
          job: { id: workflow.runId, correlator: workflow.correlator },
          sha: workflow.sha,
          ref: workflow.ref,
        }),
    detector: { name: "plimsoll", version: toolVersion, url: "urn:plimsoll" },
    metadata: {
      "plimsoll:completeness": sbom.completeness,
      ...(image.digest === null ? {} : { "plimsoll:image-digest": image.digest }),
      ...(sbom.distro === null
        ? {}
        : { "plimsoll:distro": `${sbom.distro.id}:${sbom.distro.versionId ?? ""}` }),
    },
    scanned: wholeSeconds(image.config.createdAt) ?? NO_TIME,
    manifests: Object.fromEntries(
      manifests(sbom.packages).map(([path, packages]) => {
        const key = path === "" ? name : `${name}:/${path}`;
        return [
          key,
          { name: key, file: { source_location: path }, resolved: resolve(packages, sbom.packages) },
        ];
      }),
    ),
  });
}

/** Packages by the first file that told of them, sorted by its path. */
function manifests(packages: readonly Package[]): readonly (readonly [string, readonly Package[]])[] {
  const byPath = Map.groupBy(packages, ({ evidence }) => evidence[0]?.path ?? "");
  return [...byPath.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Keys are package URLs; `direct` is what no other package needs. */
function resolve(members: readonly Package[], all: readonly Package[]): object {
  const needed = new Set(
    all.flatMap(({ purl, dependsOn = [] }) => dependsOn.filter((target) => target !== purl)),
  );
  const edges = packageEdges(members);
  const entries = members.map((pkg, at): readonly [string, object] => [
    pkg.purl,
    {
      package_url: pkg.purl,
      relationship: needed.has(pkg.purl) ? "indirect" : "direct",
      scope: pkg.stage === undefined ? "runtime" : "development",
      // GitHub looks for them in the same manifest.
      dependencies: (edges[at]?.to ?? []).flatMap((to) => members[to]?.purl ?? []),
    },
  ]);
  return Object.fromEntries(entries);
}
