/**
 * The modules of `examples/policies/hardened-images`, compiled by a real Open Policy Agent: what each says of an image that is as it
 * should be, of one that is not, and of one that nobody can tell of. They use what published modules for hardened images use.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, rmSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import type { CliContext } from "../../src/cli/context.ts";
import { openCompiler } from "../../src/cli/policy/compile.ts";
import type { Attestation } from "../../src/domain/image.ts";
import type { FindingFacts, ImageFacts } from "../../src/domain/policy.ts";
import { configWith, factsWith, findingWith, imageDigest } from "../../src/policies/fixtures/facts.ts";
import { questionKey, type Evidence, type Question } from "../../src/policies/rego/evidence.ts";
import { judgeByModule, type RegoAnswer } from "../../src/policies/rego/judge.ts";
import { readModule, type RegoModule } from "../../src/policies/rego/module.ts";
import { toScoutFacts } from "../../src/policies/rego/scout-facts.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("opa");
const folder = join(repositoryRoot, "examples", "policies", "hardened-images");
const scratch = mkdtempSync(join(tmpdir(), "plimsoll-hardened-"));
after(() => rmSync(scratch, { recursive: true, force: true }));
const compiled = new Map<string, { readonly module: RegoModule; readonly wasm: Uint8Array }>();

interface Case {
  readonly facts: Partial<ImageFacts>;
  readonly config?: Readonly<Record<string, unknown>>;
  /** What is known of the outside. */
  readonly evidence?: readonly (readonly [Question, Evidence])[];
  readonly repository?: string;
}

async function judge(
  name: string,
  { facts, config = {}, evidence = [], repository }: Case,
): Promise<RegoAnswer> {
  const { module, wasm } = compiled.get(name)!;
  const answers = Object.fromEntries(evidence.map(([question, answer]) => [questionKey(question), answer]));
  const input = toScoutFacts(factsWith(facts), repository ?? "docker.io/dhi/app");
  return judgeByModule(
    { id: module.id, wasm, config, columns: module.columns, text: module.text },
    input,
    answers,
  );
}

function attested(
  predicateType: string,
  predicate: unknown,
  changes: Partial<Attestation> = {},
): Attestation {
  const manifestDigest = `sha256:${predicateType.length.toString(16).padStart(64, "0")}`;
  const about = { subjectDigests: [imageDigest], storage: "referrer", trust: "unsigned" } as const;
  return { predicateType, predicate, manifestDigest, ...about, ...changes };
}

const report = (text: string) => ({ scanner: { report: Buffer.from(text).toString("base64") } });
const [virus, secrets, tests, stig, spdx, slsa] = [
  "https://scout.docker.com/virus/v0.1",
  "https://scout.docker.com/secrets/v0.1",
  "https://scout.docker.com/tests/v0.1",
  "https://docker.com/dhi/stig/v0.1",
  "https://spdx.dev/Document",
  "https://slsa.dev/provenance/v0.2",
];
const elsewhere = { subjectDigests: [`sha256:${"f".repeat(64)}`] };
const noAttestations = {
  attestations: null,
  missing: { attestations: "a docker archive carries no attestations" },
};
const noFindings = { findings: null, missing: { findings: "no vulnerability database was asked" } };
const found = (changes: Partial<FindingFacts>) => ({ findings: [findingWith(changes)] });
const labelled = (labels: Readonly<Record<string, string>>, user = "65532") => ({
  config: { ...configWith(user), labels },
});
const kev = { kev: { dateAdded: "2024-01-01" }, epss: null } as unknown as FindingFacts["context"];
const stated = (status: string) =>
  found({ statement: { status, timestamp: "2026-01-01T00:00:00Z" } as FindingFacts["statement"] });
const fips = { "com.docker.dhi.compliance": "cis, fips" };
const profile = (defaultScore: number) => [{ name: "a b", summary: { defaultScore, maxDefaultScore: 200 } }];
const packages = (...names: string[]) =>
  attested(spdx!, {
    packages: names.map((name) => ({ name, externalRefs: [{ referenceLocator: `pkg:apk/${name}` }] })),
  });
const noTools = { "com.docker.dhi.shell": "", "com.docker.dhi.package-manager": "" };
const bothAttested = { attestations: [attested(spdx!, {}), attested(slsa!, {})] };
const signature = (type: string, keyRef = "https://dhi.io/keyring/latest.pub"): Question => ({
  name: "cosign.verify_image",
  args: [
    `docker.io/dhi/app@${attested(type, {}).manifestDigest ?? ""}`,
    { check_claims: true, experimental_oci11: true, ignore_sct: true, ignore_tlog: true, key_ref: keyRef },
  ],
});
const good: Evidence = { value: { verified: true, signers: ["latest.pub"] } };
const bad: Evidence = { value: { verified: false, error: "none of the trusted keys signed it" } };

/** Columns of the first deviation, where there is one. */
const rows: Readonly<
  Record<string, readonly (readonly [what: string, given: Case, expected: string | object])[]>
> = {
  "non-root-user.rego": [
    ["another user", { facts: { config: configWith("65532:65532") } }, "met"],
    ["none", { facts: { config: configWith("") } }, { user: "root", explicit: "false" }],
    ["root", { facts: { config: configWith("root") } }, { user: "root", explicit: "true" }],
    ["root by its number", { facts: { config: configWith("0:0") } }, { user: "root", explicit: "true" }],
    ["a development image", { facts: labelled({ "com.docker.dhi.version": "3.9-dev" }, "") }, "met"],
    ["an SDK", { facts: labelled({ "com.docker.dhi.version": "3.9-sdk-debian" }, "root") }, "met"],
    ["a package", { facts: { config: configWith("") }, repository: "docker.io/dhi/pkg-curl" }, "met"],
    ["no configuration", { facts: { config: null } }, "no_data"],
  ],
  "remediation-clock.rego": [
    ["nothing found", { facts: {} }, "met"],
    ["late", { facts: found({}) }, { sla: "7 days", severity: "HIGH", fixedBy: "4.19.2", cvssScore: "0.0" }],
    ["in time", { facts: found({ publishedAt: "2026-11-15T00:00:00Z" }) }, "met"],
    ["in time to the second", { facts: found({ publishedAt: "2026-11-14T12:00:00.000000001Z" }) }, "met"],
    ["just late", { facts: found({ publishedAt: "2026-11-14T12:00:00Z" }) }, { sla: "7 days" }],
    [
      "exploited",
      { facts: found({ publishedAt: "2026-11-20T00:00:00Z", context: kev }) },
      { sla: "1 days (KEV)" },
    ],
    ["no date", { facts: found({ publishedAt: null }) }, { sla: "7 days" }],
    ["no fix", { facts: found({ fixedVersion: null }) }, "met"],
    ["under investigation", { facts: stated("under_investigation") }, "met"],
    ["stated to affect it", { facts: stated("affected") }, { vulnerability: "CVE-2024-29041" }],
    ["suppressed", { facts: found({ suppressed: true }) }, "met"],
    ["another time", { facts: found({}), config: { slas: { HIGH: 2000 } } }, "met"],
    ["another type", { facts: found({}), config: { package_types: ["deb"] } }, "met"],
    ["no database", { facts: noFindings }, "no_data"],
  ],
  "high-profile.rego": [
    ["another one", { facts: found({}) }, "met"],
    [
      "a famous one",
      { facts: found({ vulnerability: "CVE-2021-44228" }) },
      { vulnerability: "CVE-2021-44228" },
    ],
    [
      "by its other name",
      { facts: found({ aliases: ["CVE-2024-3094"] }) },
      { purl: "pkg:npm/express@4.17.1" },
    ],
    [
      "ignored",
      { facts: found({ aliases: ["CVE-2024-3094"] }), config: { ignored_cves: ["CVE-2024-29041"] } },
      "met",
    ],
    ["exploited", { facts: found({ context: kev }) }, { severity: "HIGH" }],
    [
      "exploited, which does not count",
      { facts: found({ context: kev }), config: { include_cisa_kev: false } },
      "met",
    ],
    ["no database", { facts: noFindings }, "no_data"],
  ],
  "no-malware.rego": [
    [
      "clean",
      { facts: { attestations: [attested(virus!, report("Scanned: 3\nInfected files: 0\n"))] } },
      "met",
    ],
    [
      "infected",
      { facts: { attestations: [attested(virus!, report("Scanned: 3\nInfected files: 2\n"))] } },
      { reason: "says: Infected files: 2" },
    ],
    ["none", { facts: { attestations: [] } }, { reason: "is missing", predicate: virus }],
    [
      "of another image",
      { facts: { attestations: [attested(virus!, report("Infected files: 0"), elsewhere)] } },
      { reason: `is not about ${imageDigest}` },
    ],
    ["nobody could look", { facts: noAttestations }, "not_met"],
  ],
  "no-secrets.rego": [
    ["none found", { facts: { attestations: [attested(secrets!, [])] } }, "met"],
    [
      "some found",
      { facts: { attestations: [attested(secrets!, [{}, {}])] } },
      { reason: "tells of secrets in 2 places" },
    ],
    ["none", { facts: { attestations: [] } }, { reason: "is missing" }],
    ["of another image", { facts: { attestations: [attested(secrets!, [], elsewhere)] } }, "not_met"],
  ],
  "no-failing-tests.rego": [
    [
      "all pass",
      { facts: { attestations: [attested(tests!, { results: { summary: { failed: 0 } } })] } },
      "met",
    ],
    [
      "some fail",
      { facts: { attestations: [attested(tests!, { results: { summary: { failed: 3 } } })] } },
      { reason: "tells of 3 failing tests" },
    ],
    ["none", { facts: { attestations: [] } }, { reason: "is missing" }],
  ],
  "signed-attestations.rego": [
    [
      "signed",
      {
        facts: bothAttested,
        evidence: [
          [signature(spdx!), good],
          [signature(slsa!), good],
        ],
      },
      "met",
    ],
    [
      "one signed by somebody else",
      {
        facts: bothAttested,
        evidence: [
          [signature(spdx!), good],
          [signature(slsa!), bad],
        ],
      },
      { predicate: slsa, reason: "none of the trusted keys signed it" },
    ],
    [
      "a key of one's own",
      {
        facts: bothAttested,
        config: { key_ref: "https://a/k" },
        evidence: [
          [signature(spdx!, "https://a/k"), good],
          [signature(slsa!, "https://a/k"), good],
        ],
      },
      "met",
    ],
    [
      "one is missing",
      { facts: { attestations: [attested(slsa!, {})] } },
      { predicate: spdx, reason: "is missing" },
    ],
    [
      "the key could not be fetched",
      {
        facts: bothAttested,
        evidence: [
          [signature(spdx!), good],
          [signature(slsa!), { reason: "no key" }],
        ],
      },
      "no_data",
    ],
    ["nobody looked", { facts: bothAttested }, "no_data"],
    [
      "it lies nowhere",
      {
        facts: {
          attestations: [attested(spdx!, {}), { ...attested(slsa!, {}), manifestDigest: undefined } as never],
        },
      },
      { reason: "lies nowhere that is known" },
    ],
  ],
  "unintended-tools.rego": [
    ["none", { facts: { ...labelled(noTools), attestations: [packages("curl")] } }, "met"],
    [
      "a shell",
      { facts: { ...labelled(noTools), attestations: [packages("bash")] } },
      { package: "pkg:apk/bash" },
    ],
    [
      "a manager",
      { facts: { ...labelled(noTools), attestations: [packages("apt")] } },
      { package: "pkg:apk/apt" },
    ],
    [
      "named",
      { facts: { ...labelled({ "com.docker.dhi.shell": "bash" }), attestations: [packages("bash")] } },
      "met",
    ],
    ["no labels", { facts: { attestations: [packages("bash")] } }, "met"],
    ["nobody could look", { facts: { ...labelled(noTools), ...noAttestations } }, "no_data"],
  ],
  "stig-score.rego": [
    ["all", { facts: { ...labelled(fips), attestations: [attested(stig!, profile(200))] } }, "met"],
    [
      "too little",
      { facts: { ...labelled(fips), attestations: [attested(stig!, profile(189))] } },
      { score: "94.50%", reason: 'gives 94.50% in profile "a b", and 100% are needed' },
    ],
    [
      "enough for another target",
      {
        facts: { ...labelled(fips), attestations: [attested(stig!, profile(189))] },
        config: { target_score: 90 },
      },
      "met",
    ],
    ["none", { facts: { ...labelled(fips), attestations: [] } }, { reason: "is missing" }],
    ["no FIPS image", { facts: { attestations: [] } }, "met"],
  ],
};

describe("modules for hardened images", { skip }, () => {
  before(async () => {
    const compile = await openCompiler({ config: { opa: null, cacheDir: scratch } } as unknown as CliContext);
    assert.ok(typeof compile !== "string");
    for (const name of Object.keys(rows)) {
      const module = readModule(readFileSync(join(folder, name), "utf8"), name);
      compiled.set(name, { module, wasm: await compile(module) });
    }
  });

  it("each module of the folder has its cases", () => {
    assert.deepEqual(
      Object.keys(rows).sort(),
      readdirSync(folder).filter((name) => name.endsWith(".rego")),
    );
  });

  for (const [name, cases] of Object.entries(rows)) {
    it(name, async () => {
      for (const [what, given, expected] of cases) {
        const { outcome } = await judge(name, given);
        const told = `${what}: ${JSON.stringify(outcome)}`;
        if (typeof expected === "string") assert.equal(outcome.status, expected, told);
        else {
          assert.equal(outcome.status, "not_met", told);
          if (outcome.status !== "not_met") continue;
          assert.partialDeepStrictEqual(outcome.deviations[0]?.columns, expected, told);
        }
      }
    });
  }

  it("what is printed names the policy and the line", async () => {
    const given = { facts: { ...labelled(noTools), attestations: [packages("bash")] } };
    const { lines } = await judge("unintended-tools.rego", given);
    const line = compiled
      .get("unintended-tools.rego")!
      .module.text.split("\n")
      .findIndex((each) => each.includes("print("));
    assert.deepEqual(lines, [`hardened-unintended-tools#${line + 1}: com.docker.dhi.shell bash`]);
  });
});
