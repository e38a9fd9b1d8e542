/**
 * Inventories as fast-check makes them: every field that a package can have, present and absent, with awkward text.
 */
import * as fc from "fast-check";
import type { ResolvedImage } from "../../src/domain/image.ts";
import type { Package, PackageDigest, Sbom } from "../../src/domain/package.ts";
import { formatPurl } from "../../src/ecosystems/shared/purl.ts";
import { sampleImage } from "./sample-analysis.ts";

const text = fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" });
const awkward = fc.oneof(
  text,
  fc.constantFrom(
    "a\nb",
    " x  y ",
    "\u0000\u001b[31m",
    "</text>",
    "]]>&amp;<x>",
    "\u202e",
    "##[error]x",
    "\r\n",
    "::x",
  ),
);
const name = fc
  .string({ minLength: 1, maxLength: 10, unit: fc.constantFrom(..."abcxyz019+-._~%#?@&= é") })
  .map((s) => `p${s.trim()}`);
const version = fc
  .string({ minLength: 1, maxLength: 10, unit: fc.constantFrom(..."0123456789.:+-~a%#?") })
  .map((s) => `1${s}`);
const hex = fc.string({ minLength: 2, maxLength: 2, unit: fc.constantFrom(..."0123456789abcdef") });
const digest: fc.Arbitrary<PackageDigest> = fc
  .tuple(
    fc.constantFrom(...(["md5", "sha1", "sha256", "sha384", "sha512", "blake2b", "blake3"] as const)),
    // Also of a length that no format has a name for.
    fc.constantFrom(16, 20, 32, 48, 64, 7),
    hex,
  )
  .map(([algorithm, bytes, pair]) => ({ algorithm, value: pair.repeat(bytes) }));
const layer = fc.constantFrom(`sha256:${"1".repeat(64)}`, `sha256:${"2".repeat(64)}`);
const evidence = fc.uniqueArray(
  fc.record({ path: awkward, layer: fc.option(layer), layerIndex: fc.option(fc.nat(9)) }),
  { minLength: 1, maxLength: 3, selector: ({ path }) => path },
);

const fields = fc.record({
  name,
  version,
  evidence,
  sourcePackage: fc.option(fc.record({ name: awkward, version: text })),
  architecture: fc.option(awkward),
  licenses: fc.uniqueArray(fc.constantFrom("MIT", "GPL-2.0-only OR MIT", "LicenseRef-x", "0BSD"), {
    maxLength: 3,
  }),
  author: fc.option(awkward),
  description: fc.option(awkward),
  sizeBytes: fc.option(fc.nat()),
  later: fc.record(
    {
      packedSizeBytes: fc.nat(),
      digests: fc.uniqueArray(digest, {
        minLength: 1,
        maxLength: 3,
        selector: ({ algorithm, value }) => `${algorithm}:${value}`,
      }),
      fileCount: fc.nat(),
      cpes: fc.uniqueArray(
        fc.oneof(
          awkward,
          fc.constantFrom("cpe:2.3:a:a:b:1.0:*:*:*:*:*:*:*", "cpe:2.3:a:a:c:1\\+2:*:*:*:*:*:*:*"),
        ),
        { minLength: 1, maxLength: 3 },
      ),
      modularity: awkward,
      foundBy: fc.constant("signature" as const),
      removedIn: fc.record({ layer, layerIndex: fc.nat(9) }),
      stage: awkward,
    },
    { requiredKeys: [] },
  ),
  /** Positions of what it needs, some past the end of the list; undefined: not known. */
  needs: fc.option(fc.uniqueArray(fc.nat(6), { maxLength: 3 }), { nil: undefined }),
});

const packages: fc.Arbitrary<readonly Package[]> = fc.array(fields, { maxLength: 5 }).map((list) => {
  const purls = list.map((one) =>
    formatPurl({ type: "deb", namespace: "debian", name: one.name, version: one.version }),
  );
  const made = list.map(({ later, needs, ...one }, at): Package => ({
    ...one,
    ecosystem: "deb",
    namespace: "debian",
    purl: purls[at]!,
    licenses: one.licenses.toSorted(),
    evidence: one.evidence.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    ...later,
    ...(later.digests === undefined ? {} : { digests: later.digests.toSorted(byDigest) }),
    ...(later.cpes === undefined ? {} : { cpes: later.cpes.toSorted() }),
    ...(needs?.[0] === undefined || purls[needs[0]] === undefined ? {} : { ownedBy: purls[needs[0]]! }),
    ...(needs === undefined
      ? {}
      : { dependsOn: [...new Set(needs.map((to) => purls[to] ?? `pkg:deb/debian/gone@${to}`))].toSorted() }),
  }));
  // In the order that `Sbom.packages` promises; fast-check's records have no prototype, a clone has.
  const unique = [
    ...new Map(structuredClone(made).map((pkg) => [`${pkg.purl}\n${pkg.evidence[0]!.path}`, pkg])).entries(),
  ];
  return unique.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pkg]) => pkg);
});

function byDigest(a: PackageDigest, b: PackageDigest): number {
  return `${a.algorithm}:${a.value}` < `${b.algorithm}:${b.value}` ? -1 : 1;
}

const distro: fc.Arbitrary<Sbom["distro"]> = fc.option(
  fc.constantFrom(
    { id: "debian", versionId: null, codename: "sid", name: "Debian sid", idLike: ["x"] },
    { id: "alpine", versionId: "3.20", codename: null, name: "Alpine \u202e3.20", idLike: [] },
  ),
);

export const inventories: fc.Arbitrary<Sbom> = fc
  .record({
    distro,
    packages,
    completeness: fc.constantFrom("complete" as const, "incomplete" as const),
    verification: fc.constantFrom("verified" as const, "unverified" as const, "not_applicable" as const),
    problem: fc.option(awkward),
    later: fc.record(
      {
        origin: fc.constantFrom(
          { kind: "document" as const, format: "spdx" },
          { kind: "attestation" as const, format: "spdx", predicateType: "x", trust: "unsigned" as const },
        ),
        stages: fc.array(fc.record({ name: awkward, distro }), { maxLength: 2 }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ problem, later, completeness, ...rest }) =>
    structuredClone({
      ...rest,
      problems:
        problem === null ? [] : [{ code: "PARSE_FAILED" as const, message: problem, path: "a", layer: null }],
      completeness: problem === null ? completeness : ("incomplete" as const),
      producers: { deb: 1 },
      ...later,
    }),
  );

export const images: fc.Arbitrary<ResolvedImage> = fc
  .record({
    repository: fc.option(fc.constant("registry.example.com/team/shop")),
    tag: fc.option(fc.constant("1.2")),
    indexDigest: fc.option(fc.constant(`sha256:${"a".repeat(64)}`)),
    createdAt: fc.option(fc.constantFrom("2026-10-01T08:30:00.123Z", "yesterday")),
    reference: awkward,
  })
  .map(({ createdAt, ...rest }) => ({
    ...sampleImage,
    ...rest,
    config: { ...sampleImage.config, createdAt },
  }));
