/** Writes what seeded images hold: packages, findings, and what statements say of them. */
import { sql } from "kysely";
import type { StoreTransaction } from "../../src/store/connect.ts";
import { recordFindings } from "../../src/store/stores/findings.ts";
import { recordLabels } from "../../src/store/stores/labelled-findings.ts";
import { CHUNK_ROWS, chunks, openPackages } from "../../src/store/stores/packages.ts";
import { recordContexts } from "../../src/store/stores/vulnerability-contexts.ts";
import { storableJson } from "../../src/store/storable.ts";
import { diffIdsOf } from "./seed-document.ts";
import { purlOf, toPackage, toStoredFinding, toStoredPackage } from "./seed-findings.ts";
import {
  SEED_DATABASE,
  seedDigest,
  type SeedFinding,
  type SeedImage,
  type SeedPackage,
} from "./seed-images.ts";

/** Packages and findings of all images at once: one by one they would take most of the time. */
export async function writePackages(
  tx: StoreTransaction,
  orgId: string,
  images: readonly (readonly [string, SeedImage])[],
): Promise<void> {
  const unique = new Map(
    images.flatMap(([, image]) => (image.packages ?? []).map((pkg) => [purlOf(pkg), pkg])),
  );
  const packages = [...unique.values()];
  const stored = await openPackages(tx, packages.map(toStoredPackage));
  const idOf = (pkg: SeedPackage): number => stored.get(toStoredPackage(pkg).identity)?.id ?? -1;
  await recordFindings(
    tx,
    SEED_DATABASE,
    packages.map((pkg) => ({
      packageId: idOf(pkg),
      keys: [{ space: "npm", name: pkg.name, version: pkg.version ?? "1.0.0", by: "package" as const }],
      advisoryDigest: seedDigest(JSON.stringify(pkg.findings ?? [])),
      findings: (pkg.findings ?? []).map((finding) => toStoredFinding(pkg, finding)),
    })),
  );
  await writeContexts(
    tx,
    packages.flatMap((pkg) => pkg.findings ?? []),
  );
  const rows = images.flatMap(([image, seed]) => {
    const diffIds = diffIdsOf(seed);
    return (seed.packages ?? []).map((pkg, position) => {
      const { evidence, licenses } = toPackage(pkg, diffIds);
      const { fileCount = null, ownedBy = null, bySignature = false } = pkg;
      const known = { fileCount, ownedBy, bySignature };
      return { image, position, package: idOf(pkg), purl: purlOf(pkg), evidence, licenses, ...known };
    });
  });
  for (const chunk of chunks(rows, CHUNK_ROWS)) {
    await sql`
      insert into image_package (
        org_id, image_id, position, package_id, purl, evidence, licenses, file_count, owned_by, by_signature
      )
      select ${orgId}, t.image, t.position, t.package, t.purl, t.evidence, t.licenses, t."fileCount", t."ownedBy",
        t."bySignature"
      from jsonb_to_recordset(${storableJson(chunk)}::jsonb) as t(
        image uuid, position integer, package bigint, purl text, evidence jsonb, licenses text[], "fileCount" integer,
        "ownedBy" text, "bySignature" boolean
      )`.execute(tx);
  }
  await sql`
    insert into org_package (org_id, package_id)
    select ${orgId}, unnest(${packages.map(idOf)}::bigint[]) on conflict do nothing`.execute(tx);
  for (const [image, seed] of images) await writeLabels(tx, orgId, image, seed, idOf);
}

async function writeContexts(tx: StoreTransaction, findings: readonly SeedFinding[]): Promise<void> {
  await recordContexts(
    tx,
    [...new Set(findings.map(({ vulnerability }) => vulnerability))],
    new Map(
      findings.map(({ vulnerability, kev = false, epss }) => [
        vulnerability,
        {
          kev: kev ? { dateAdded: "2026-02-03", ransomware: false } : null,
          epss: epss === undefined ? null : { score: epss, percentile: epss, date: "2026-11-01" },
        },
      ]),
    ),
  );
}

async function writeLabels(
  tx: StoreTransaction,
  orgId: string,
  imageId: string,
  { packages = [] }: SeedImage,
  idOf: (pkg: SeedPackage) => number,
): Promise<void> {
  const labels = packages.flatMap((pkg) =>
    (pkg.findings ?? []).flatMap(({ vulnerability, suppressedBy }) =>
      suppressedBy === undefined
        ? []
        : [
            {
              packageId: idOf(pkg),
              vulnerability,
              status: "not_affected" as const,
              suppressed: true,
              exception: null,
              statement: statementBy(suppressedBy, vulnerability),
            },
          ],
    ),
  );
  if (labels.length > 0) await recordLabels(tx, orgId, imageId, labels);
}

function statementBy(author: string, vulnerability: string) {
  return {
    document: "https://example.com/vex",
    location: "vex.json",
    author,
    timestamp: "2026-11-01T00:00:00Z",
    vulnerabilities: [vulnerability],
    products: [],
    status: "not_affected",
    justification: "vulnerable_code_not_in_execute_path",
    impactStatement: null,
    actionStatement: null,
  } as const;
}
