/** Reports that hold an analysis against another image, another base or newer versions: each text of the analysis gets into each of them. */
import type { Analysis } from "../../src/domain/analysis.ts";
import type { Change } from "../../src/domain/change-plan.ts";
import type { ImageFacts } from "../../src/domain/policy.ts";
import type { BaseCandidate } from "../../src/domain/base-advice.ts";
import type { VersionOrder } from "../../src/domain/comparison.ts";
import { baseFacts } from "../../src/comparison/base-chain.ts";
import { compareImages } from "../../src/comparison/compare.ts";
import { adviseFixes, versionsToTry } from "../../src/comparison/fixes.ts";
import { judgeAge } from "../../src/comparison/outdated.ts";
import { rebaseImage } from "../../src/comparison/rebase.ts";
import { toCandidate } from "../../src/comparison/recommend.ts";
import type { Report } from "../../src/reports/types.ts";
import { sampleAnalysis } from "./sample-analysis.ts";

const order: VersionOrder = (_package, a, b) => (a === b ? 0 : a < b ? -1 : 1);

/** The analysis as image, as baseline, as base, and as the image whose libraries are old. */
export function comparisonViews(analysis: Analysis): readonly Report[] {
  return [comparison(analysis), advice(analysis), fixes(analysis), outdated(analysis), check(analysis)];
}

/** Everything that a set or a plan may say, in the words of the image. */
function check(analysis: Analysis): Report {
  const text = analysis.sbom.packages[0]?.name ?? "x";
  const at = new Date("2026-11-21T00:00:00Z");
  const change: Change = {
    kind: "upgrade",
    cost: 1,
    text,
    command: text,
    purl: text,
    from: text,
    to: text,
    policies: [text],
    clears: [text],
    assumed: true,
    caveats: [text],
  };
  const set = {
    name: text,
    version: text,
    createdAt: "2026-01-01T00:00:00Z",
    maxAgeDays: 30,
    failOn: ["no-data"],
    databaseMaxAgeHours: null,
    exceptions: [],
    trust: null,
  } as const;
  const signer = { kind: "key", name: text, issuer: null, keyId: text } as const;
  const taken = { set, reference: text, digest: text, fetchedAt: text, keptReason: text, signerReason: text };
  const judged = {
    outcome: "refused",
    causes: [{ cause: "policy", message: text }],
    reasons: [{ kind: "no-data", message: text }],
    plan: {
      changes: [change],
      cost: 1,
      remaining: analysis.verdict?.results ?? [],
      facts: {} as ImageFacts,
      basesTried: 2,
      caveats: [text],
    },
  } as const;
  return {
    view: "check",
    analysis,
    check: {
      ...judged,
      taken: { ...taken, signer: analysis === sampleAnalysis ? signer : null },
      now: at,
      at: new Date("2026-12-24T00:00:00Z"),
      caveats: [text],
      platforms:
        analysis === sampleAnalysis
          ? []
          : [
              { ...judged, platform: text, analysis, reason: null },
              { ...judged, platform: text, analysis: null, reason: text },
            ],
    },
  };
}

function comparison(analysis: Analysis): Report {
  const side = (of: Analysis) => ({ analysis: of, findings: of.findings, packages: of.sbom.packages });
  return {
    view: "compare",
    comparison: compareImages(side(analysis), side(sampleAnalysis), order),
    filters: [analysis.image.reference],
    hidesPolicies: false,
    hidesUnchanged: false,
    worse: { vulnerability: true, policy: false, package: true },
    unknown: [{ cause: "policy", message: "no data about: Supply chain attestations" }],
  };
}

function advice(analysis: Analysis): Report {
  const base = baseFacts(analysis, 1);
  const text = analysis.sbom.packages[0]?.name ?? "x";
  const candidate = (kind: BaseCandidate["kind"], of: Analysis | null): BaseCandidate =>
    toCandidate(
      {
        kind,
        name: text,
        tag: "1.2",
        digest: `sha256:${"c".repeat(64)}`,
        analysis: of,
        reason: of === null ? text : null,
        rebase:
          of === null
            ? null
            : rebaseImage({ image: analysis, layerCount: 1, base: null, candidate: of, order }),
      },
      { tag: "1.1", createdAt: null, facts: base, distro: analysis.sbom.distro, endOfLife: text },
    );
  return {
    view: "recommendations",
    analysis,
    advice: {
      chain: [
        {
          name: text,
          tag: text,
          digest: null,
          evidence: "layers",
          confidence: "proved",
          layers: { first: 0, last: 0 },
        },
      ],
      base,
      reason: null,
      refresh: candidate("refresh", sampleAnalysis),
      refreshReason: "",
      updates: [candidate("update", sampleAnalysis), candidate("update", null)],
      updateReason: null,
    },
  };
}

function fixes(analysis: Analysis): Report {
  const findings = analysis.findings ?? [];
  const tried = versionsToTry(findings, order).flatMap(({ package: pkg, versions }) =>
    versions.map((version) => ({ package: pkg, version, left: new Set([version]) })),
  );
  const advised = adviseFixes({ findings, tried, layerCount: 1 });
  return { view: "fixes", analysis, fixes: advised, filters: [analysis.image.reference] };
}

function outdated(analysis: Analysis): Report {
  const packages = analysis.sbom.packages.map((pkg, index) =>
    judgeAge(
      pkg,
      index % 2 === 0
        ? {
            kind: "known",
            newest: { version: `~${pkg.version}`, releasedAt: pkg.name, deprecated: pkg.description },
            from: "mirror",
          }
        : { kind: "no_data", reason: pkg.description ?? pkg.name },
      order,
    ),
  );
  return { view: "outdated", analysis, packages, currentCount: 1 };
}
