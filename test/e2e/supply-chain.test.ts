/**
 * Attestations and base images end to end: an image with BuildKit's attestations, and the base image that its provenance
 * names, in a real registry on loopback and as an OCI layout; every way in which the attestations may be stored.
 */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  type AttestationManifest,
  attestationManifest,
  type AttestationStyle,
  provenance,
  type ProvenanceInput,
  spdxStatement,
  type StatementInput,
} from "../helpers/attested-image.ts";
import { startFakeRegistry } from "../helpers/fake-registry.ts";
import { type LocalRegistry, startRegistry } from "../helpers/local-registry.ts";
import {
  type BuiltImage,
  buildImage,
  buildIndex,
  layoutFiles,
  manifestDescriptor,
  writeFiles,
} from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runInProcess } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("docker-registry");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-supply-chain-"));
const now = new Date("2026-11-01T00:00:00Z");
const env = { PLIMSOLL_DB_DIR: join(folder, "no-db"), PLIMSOLL_NO_CACHE: "1", PLIMSOLL_OFFLINE: "0" };
const policies = ["supply-chain-attestations", "approved-base-images", "no-stale-base-images"] as const;

const baseLayer = {
  entries: [
    file("etc/os-release", "ID=alpine\nVERSION_ID=3.22.1\n"),
    file("lib/apk/db/installed", "P:musl\nV:1.2.5-r10\nA:x86_64\no:musl\nL:MIT\n\n"),
  ],
};
const base = buildImage({ layers: [baseLayer] });
const newerBase = buildImage({ layers: [baseLayer], config: { Labels: { build: "2" } } });
const app = buildImage({ layers: [baseLayer, { entries: [file("app/run.sh", "true\n")] }] });
let registry: LocalRegistry | null = null;

before(async () => {
  if (skip !== false) return;
  registry = await startRegistry(join(folder, "registry"));
  await pushImage("base/alpine", "3.22", base);
  await pushImage("base/moved", "3.22", newerBase);
  writeFileSync(
    join(folder, "policies.json"),
    JSON.stringify({
      policies: [
        {
          name: "approved-base-images",
          config: {
            allowed_base_images: [`${registry.host}/base/alpine:*`, `${registry.host}/base/alpine@*`],
          },
        },
      ],
    }),
  );
});

after(async () => {
  await registry?.stop();
  rmSync(folder, { recursive: true, force: true });
});

function host(): string {
  assert.ok(registry !== null);
  return registry.host;
}

async function pushImage(path: string, tag: string, image: BuiltImage): Promise<void> {
  const { manifest, manifestMediaType, manifestDigest } = image;
  const blobs = new Map([...image.blobs].filter(([digest]) => digest !== manifestDigest));
  await registry?.push(path, tag, { bytes: manifest, mediaType: manifestMediaType, blobs });
}

/** Statuses in the order of `policies`; the reason follows where there is no data. */
async function judge(reference: string): Promise<string[]> {
  const chosen = policies.flatMap((id) => ["--only-policy", id]);
  const config = ["--policy-config", join(folder, "policies.json")];
  const run = await runInProcess(["policy", "--format", "json", ...chosen, ...config, reference], {
    env,
    now,
  });
  assert.equal(run.exitCode, 0, run.stderr);
  interface Row {
    readonly policy: string;
    readonly status: string;
    readonly reason: string | null;
  }
  const { verdict } = JSON.parse(run.stdout) as { verdict: { results: Row[] } };
  return policies.map((id) => {
    const row = verdict.results.find((candidate) => candidate.policy === id);
    return row?.status === "no_data" ? `no_data: ${row.reason}` : (row?.status ?? "missing");
  });
}

/** What BuildKit writes for `FROM <host>/<path>:<tag>`. */
function madeFrom(
  path: string,
  image: BuiltImage,
  version: ProvenanceInput["version"],
  mode: ProvenanceInput["mode"],
): StatementInput[] {
  const uri = `pkg:docker/${host().replace(":", "%3A")}/${path}@3.22?platform=linux%2Famd64`;
  const frontend = { uri: "pkg:docker/docker/dockerfile@1", digest: newerBase.manifestDigest };
  const materials = [{ uri, digest: image.manifestDigest }, frontend];
  const dockerfile = `# syntax=docker/dockerfile:1\nFROM ${host()}/${path}:3.22\nCOPY run.sh /app/\n`;
  return [spdxStatement, provenance({ version, mode, materials, dockerfile })];
}

interface Stored {
  readonly name: string;
  put(attestations: AttestationManifest, label: string): Promise<string>;
  readonly style: AttestationStyle;
}

/** Every place that attestations are read from; each answers with the reference to judge. */
const places: readonly Stored[] = [
  {
    name: "in the index, in a registry",
    style: "in-index",
    async put(attestations, label) {
      await pushWithAttestations(label, attestations, [attestations.entry]);
      return `${host()}/team/${label}:1`;
    },
  },
  {
    name: "in the index as OCI artifact, in a registry",
    style: "artifact",
    async put(attestations, label) {
      await pushWithAttestations(label, attestations, [attestations.entry]);
      return `${host()}/team/${label}:1`;
    },
  },
  {
    name: "by the referrers' tag, in a registry",
    style: "artifact",
    async put(attestations, label) {
      await pushWithAttestations(label, attestations, []);
      const { bytes, mediaType } = buildIndex([attestations.referrer]);
      const tag = app.manifestDigest.replace(":", "-");
      await registry?.push(`team/${label}`, tag, { bytes, mediaType, blobs: new Map() });
      return `${host()}/team/${label}:1`;
    },
  },
  {
    name: "in the index, in an OCI layout",
    style: "in-index",
    put: (attestations, label) => Promise.resolve(writeAttested(label, attestations, true)),
  },
  {
    name: "as a referrer at the top of an OCI layout",
    style: "artifact",
    put: (attestations, label) => Promise.resolve(writeAttested(label, attestations, false)),
  },
];

async function pushWithAttestations(
  label: string,
  attestations: AttestationManifest,
  entries: readonly AttestationManifest["entry"][],
): Promise<void> {
  await pushImage(`team/${label}`, app.manifestDigest, app);
  await registry?.push(`team/${label}`, attestations.digest, attestations);
  const { bytes, mediaType } = buildIndex([manifestDescriptor(app), ...entries]);
  await registry?.push(`team/${label}`, "1", { bytes, mediaType, blobs: new Map() });
}

function writeAttested(label: string, attestations: AttestationManifest, isInIndex: boolean): string {
  const index = buildIndex([manifestDescriptor(app), attestations.entry]);
  const blobs = new Map<string, Uint8Array>([...app.blobs, ...attestations.blobs]);
  blobs.set(attestations.digest, attestations.bytes).set(index.digest, index.bytes);
  const { digest, mediaType, bytes } = index;
  const top = isInIndex
    ? [{ digest, mediaType, size: bytes.length }]
    : [manifestDescriptor(app), attestations.referrer];
  writeFiles(join(folder, label), layoutFiles(top, blobs));
  return `oci-dir://${join(folder, label)}`;
}

let labels = 0;

async function judgeStored(place: Stored, statements: readonly StatementInput[]): Promise<string[]> {
  labels += 1;
  return judge(await place.put(attestationManifest(app, statements, place.style), `app${labels}`));
}

const [inRegistry] = places;
assert.ok(inRegistry !== undefined);

for (const place of places) {
  test(`attestations ${place.name}: an SBOM, provenance, and the base it names`, { skip }, async () => {
    const statements = madeFrom("base/alpine", base, "v1", "max");
    assert.deepEqual(await judgeStored(place, statements), ["met", "met", "met"]);
  });
}

test(
  "provenance v0.2 and v1 tell the base in both modes; min mode is not enough for the chain",
  { skip },
  async () => {
    for (const version of ["v0.2", "v1"] as const) {
      const max = madeFrom("base/alpine", base, version, "max");
      assert.deepEqual(await judgeStored(inRegistry, max), ["met", "met", "met"], version);
      const min = madeFrom("base/alpine", base, version, "min");
      assert.deepEqual(await judgeStored(inRegistry, min), ["not_met", "met", "met"], version);
    }
  },
);

test(
  "a tag that has moved on is a stale base, and one from elsewhere is not approved",
  { skip },
  async () => {
    const statements = madeFrom("base/moved", base, "v1", "max");
    assert.deepEqual(await judgeStored(inRegistry, statements), ["met", "not_met", "not_met"]);
  },
);

test("a tag that the registry does not have gives no data", { skip }, async () => {
  const [, , stale] = await judgeStored(inRegistry, madeFrom("base/gone", base, "v1", "max"));
  assert.match(stale ?? "", /^no_data: .*base\/gone/);
});

test("a base by digest alone has no tag, so nothing says whether it is stale", { skip }, async () => {
  const name = `${host()}/base/alpine`;
  const digest = base.manifestDigest;
  const uri = `pkg:docker/${name.replace(":", "%3A")}?digest=${digest}&platform=linux%2Famd64`;
  for (const mode of ["min", "max"] as const) {
    const made = provenance({
      version: "v1",
      mode,
      materials: [{ uri, digest }],
      dockerfile: `FROM ${name}@${digest}\n`,
    });
    const [, , stale] = await judgeStored(inRegistry, [spdxStatement, made]);
    assert.match(stale ?? "", /^no_data: the tag of the base image/, mode);
  }
});

test("FROM scratch has no base that could be old or unapproved", { skip }, async () => {
  const made = provenance({
    version: "v1",
    mode: "max",
    materials: [],
    dockerfile: "FROM scratch\nCOPY a /\n",
  });
  assert.deepEqual(await judgeStored(inRegistry, [spdxStatement, made]), ["met", "met", "met"]);
});

test("statements about another image count for nothing", { skip }, async () => {
  const foreign = madeFrom("base/alpine", base, "v1", "max").map((statement) => ({
    ...statement,
    subject: base.manifestDigest,
  }));
  const [chain, approved, stale] = await judgeStored(inRegistry, foreign);
  assert.equal(chain, "not_met");
  assert.match(approved ?? "", /^no_data: /);
  assert.match(stale ?? "", /^no_data: /);
});

test("attestations by the referrers API", { skip }, async () => {
  const fake = await startFakeRegistry({ referrersApi: true });
  try {
    const attestations = attestationManifest(app, madeFrom("base/alpine", base, "v1", "max"), "artifact");
    fake.addImage("team/app", "1", app);
    fake.addManifest("team/app", null, attestations.bytes, attestations.mediaType);
    for (const [digest, blob] of attestations.blobs) fake.blobs.set(digest, blob);
    fake.referrers.set(app.manifestDigest, [attestations.referrer]);
    assert.deepEqual(await judge(`${fake.host}/team/app:1`), ["met", "met", "met"]);
  } finally {
    await fake.close();
  }
});
