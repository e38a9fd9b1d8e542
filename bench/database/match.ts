/**
 * Matches an SBOM of 1,000 packages as an analysis does: 400 of AlmaLinux 9, all of them with advisories, and 600 of languages, one in
 * five with advisories. Every fifth package is one fix behind, the others are newer than all.
 */
import { gatherAndMatch, matchSubjects } from "../../src/analysis/match-packages.ts";
import { openCurrent, openDatabase } from "../../src/advisories/database.ts";
import { readSbom } from "../../src/sbom/read-document.ts";
import type { Sbom } from "../../src/domain/package.ts";
import { listOf } from "./row-lists.ts";
import { createRandom } from "../../test/proof/random.ts";

export interface MatchFigures {
  /** The first match in the process, and the median of nine, each after opening the database anew. */
  readonly firstMatchMs: number;
  readonly matchMs: number;
  /** Processor time of the median of these, for machines that others load too. */
  readonly matchCpuMs: number;
  readonly findings: number;
  readonly matchedPackages: number;
}

const kinds: readonly {
  readonly space: string;
  readonly count: number;
  readonly knownShare: number;
  readonly purl: (name: string, version: string) => string;
}[] = [
  {
    space: "rpm:almalinux:9",
    count: 400,
    knownShare: 1,
    purl: (name, version) => {
      const [, epoch, rest = version] = /^(\d+):(.*)$/.exec(version) ?? [];
      const qualifiers = `arch=x86_64&distro=almalinux-9${epoch === undefined ? "" : `&epoch=${epoch}`}`;
      return `pkg:rpm/almalinux/${encodeURIComponent(name)}@${encodeURIComponent(rest)}?${qualifiers}`;
    },
  },
  { space: "npm", count: 300, knownShare: 0.2, purl: (name, version) => purlOf("npm", name, version) },
  { space: "pypi", count: 200, knownShare: 0.2, purl: (name, version) => purlOf("pypi", name, version) },
  {
    space: "golang",
    count: 100,
    knownShare: 0.2,
    purl: (name, version) => purlOf("golang", name, version.startsWith("v") ? version : `v${version}`),
  },
];

function purlOf(type: string, name: string, version: string): string {
  const path = name.split("/").map(encodeURIComponent).join("/");
  return `pkg:${type}/${path}@${encodeURIComponent(version)}`;
}

export function measureMatching(dir: string): MatchFigures {
  const sbom = makeSbom(dir);
  const times: number[] = [];
  const cpuTimes: number[] = [];
  let findings = 0;
  for (let round = 0; round < 10; round += 1) {
    const database = openDatabase(dir);
    const cpu = process.cpuUsage();
    const started = performance.now();
    const subjects = matchSubjects(sbom.packages, sbom.distro, sbom.stages);
    const matched = gatherAndMatch(subjects, database, { watch: null, severitySources: [] });
    times.push(performance.now() - started);
    const { user, system } = process.cpuUsage(cpu);
    cpuTimes.push((user + system) / 1000);
    database.close();
    findings = matched.findings.length;
  }
  const median = (values: readonly number[]): number =>
    values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
  const [firstMatchMs = NaN, ...later] = times;
  const [matchMs, matchCpuMs] = [median(later), median(cpuTimes.slice(1))];
  return { firstMatchMs, matchMs, matchCpuMs, findings, matchedPackages: sbom.packages.length };
}

function makeSbom(dir: string): Sbom {
  const random = createRandom(1_000);
  const known = namesOf(dir);
  const components = kinds.flatMap(({ space, count, knownShare, purl }) => {
    const rows = known.get(space) ?? [];
    return Array.from({ length: count }, (_, at) => {
      const row = at < count * knownShare && rows.length > 0 ? random.pick(rows) : null;
      const name = row?.name ?? `no-such-${at}`;
      const version = at % 5 === 0 ? versionOf(row?.body ?? "") : "9999.0.0-1";
      return {
        type: "library",
        name,
        version,
        purl: purl(name, space.startsWith("rpm:") ? version : (version.split("-")[0] ?? version)),
      };
    });
  });
  // The package that tells the distribution of the others.
  const system = {
    type: "operating-system",
    name: "almalinux",
    version: "9",
  };
  const document = {
    bomFormat: "CycloneDX",
    specVersion: "1.5",
    version: 1,
    components: [system, ...components],
  };
  return readSbom(Buffer.from(JSON.stringify(document))).sbom;
}

/** One fix behind: the version in which the last advisory but one was fixed. */
function versionOf(body: string): string {
  const dated = listOf(body).flatMap(({ head: { r = [] }, rest: { m = "" } }) =>
    r.flatMap(([, fixed]) => (typeof fixed === "string" ? [{ m, fixed }] : [])),
  );
  dated.sort((one, other) => (one.m < other.m ? -1 : 1));
  const fixes = [...new Set(dated.map(({ fixed }) => fixed))];
  return fixes.at(-2) ?? "0.0.1-1";
}

function namesOf(dir: string): ReadonlyMap<string, readonly { name: string; body: string }[]> {
  const { opened } = openCurrent(dir);
  const names = new Map<string, { name: string; body: string }[]>(kinds.map(({ space }) => [space, []]));
  for (const part of opened.parts) {
    for (const { key, body } of part.rows()) {
      const [space = "", name = ""] = key.split("\n");
      names.get(space)?.push({ name, body });
    }
  }
  opened.close();
  return names;
}
