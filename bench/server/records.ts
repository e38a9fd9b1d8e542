/** Advisories for what the benchmark's images hold, as OSV records. */
import type { OsvRecord } from "./installation.ts";

/** So many that a look-up is one in a list, as in a real database of one distro. */
const DEBIAN_RECORDS = 5_000;

export function debianRecords(): readonly OsvRecord[] {
  return Array.from({ length: DEBIAN_RECORDS }, (_, number) =>
    record(`DEBIAN-CVE-2024-${10_000 + number}`, {
      upstream: [`CVE-2024-${10_000 + number}`],
      ecosystem: "Debian:12",
      name: `library-${number}`,
      severity: MEDIUM,
    }),
  );
}

/** For the packages of generated images that have a finding. `critical`: number of the one whose severity is that. */
export function npmRecords(libraries: number, critical: number | null): readonly OsvRecord[] {
  const numbers = Array.from({ length: libraries }, (_, number) => number).filter(
    (number) => number % 4 === 0,
  );
  return numbers.map((number) =>
    record(`GHSA-0000-0000-${String(number).padStart(4, "0")}`, {
      aliases: [`CVE-2025-${10_000 + number}`],
      ecosystem: "npm",
      name: `library-${number}`,
      severity: number === critical ? CRITICAL : MEDIUM,
    }),
  );
}

interface Content {
  readonly upstream?: readonly string[];
  readonly aliases?: readonly string[];
  readonly ecosystem: string;
  readonly name: string;
  readonly severity: string;
}

/** Of every version below one that no image has. */
function record(
  id: string,
  { ecosystem, name, severity, ...names }: Content,
): OsvRecord & Record<string, unknown> {
  const isDebian = ecosystem.startsWith("Debian");
  return {
    schema_version: "1.6.0",
    id,
    ...names,
    summary: `A weakness of ${name}.`,
    published: "2026-10-01T00:00:00Z",
    modified: "2026-10-01T00:00:00Z",
    affected: [
      {
        package: { ecosystem, name },
        ranges: [
          {
            type: isDebian ? "ECOSYSTEM" : "SEMVER",
            events: [{ introduced: "0" }, { fixed: isDebian ? "99:9.9-1" : "99.0.0" }],
          },
        ],
      },
    ],
    severity: [{ type: "CVSS_V3", score: severity }],
  };
}

const CRITICAL = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
const MEDIUM = "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N";
