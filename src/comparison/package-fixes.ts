/** For every package that stops a gate the cheapest version that does not, or to do without it. */
import type { BaseVariant, Change, TriedPackage } from "../domain/change-plan.ts";
import type { Package } from "../domain/package.ts";
import { packageName } from "../domain/package-name.ts";
import type { Deviation, FindingFacts, ImageFacts, PolicyResult } from "../domain/policy.ts";
import { changeCosts, upgradeCost } from "./change-costs.ts";
import { dropped, upgraded } from "./changed-facts.ts";
import type { Judges, Step } from "./change-steps.ts";
import { isCounted } from "./open-findings.ts";
import { upgradeCommand } from "./upgrade.ts";

/** Beyond so many an image needs another base or another look, not a list. */
const PACKAGES_MAX = 2_000;

/** `results`: of all policies on this base. */
export function packageChanges(
  variant: BaseVariant,
  results: readonly PolicyResult[],
  judges: Judges,
): readonly Step[] {
  const tried = Map.groupBy(variant.tried, ({ package: pkg }) => pkg.purl);
  return [...faultsOf(results.filter(judges.stops))].slice(0, PACKAGES_MAX).flatMap(([purl, faults]) => {
    const pkg = variant.facts.packages?.find((each) => each.purl === purl);
    if (pkg === undefined) return [];
    const options = (tried.get(purl) ?? []).toSorted(
      (a, b) => upgradeCost(a.package, a.version) - upgradeCost(b.package, b.version),
    );
    const step = chooseStep({ pkg, faults, options, variant, judges });
    return step === null ? [] : [step];
  });
}

/** What is said against one package. */
interface Faults {
  readonly policies: ReadonlySet<string>;
  /** By policies that only `Judges.all` asks. */
  readonly written: readonly Deviation[];
}

function faultsOf(stopping: readonly PolicyResult[]): ReadonlyMap<string, Faults> {
  const found = new Map<string, { policies: Set<string>; written: Deviation[] }>();
  for (const { policy, type, deviations } of stopping) {
    for (const deviation of deviations) {
      if (deviation.purl === null) continue;
      const faults = found.get(deviation.purl) ?? { policies: new Set(), written: [] };
      faults.policies.add(policy);
      if (type === "cel" || type === "rego") faults.written.push(deviation);
      found.set(deviation.purl, faults);
    }
  }
  return found;
}

interface Choice {
  readonly pkg: Package;
  readonly faults: Faults;
  /** The cheapest first. */
  readonly options: readonly TriedPackage[];
  readonly variant: BaseVariant;
  readonly judges: Judges;
}

function chooseStep(choice: Choice): Step | null {
  const { pkg, options, variant, faults } = choice;
  const now = faultCount(choice, pkg, ownFindings(variant.facts, pkg));
  let best: { readonly tried: TriedPackage; readonly left: number } | null = null;
  for (const tried of options) {
    const left = faultCount(choice, tried.as, tried.findings);
    if (left < (best?.left ?? now)) best = { tried, left };
    if (left === 0) break;
  }
  const isDroppable = variant.isOwn(pkg);
  if (best !== null && (best.left === 0 || !isDroppable)) return upgradeStepOf(best.tried, choice);
  return isDroppable ? dropStep(pkg, ownFindings(variant.facts, pkg), faults) : null;
}

function ownFindings({ findings }: ImageFacts, { purl }: Package): readonly FindingFacts[] {
  return (findings ?? []).filter((finding) => finding.package.purl === purl);
}

/** Deviations about this package alone, judged as if the image held nothing else. */
function faultCount(
  { faults, variant, judges, pkg }: Choice,
  as: Package,
  findings: readonly FindingFacts[],
): number {
  const facts: ImageFacts = { ...variant.facts, packages: [as], findings };
  const asked = new Set([...faults.policies, ...judges.ofFindings]);
  const deviations = judges
    .builtIn(facts, asked)
    .filter(judges.stops)
    .flatMap((result) => result.deviations)
    .filter(({ purl }) => purl === as.purl);
  // A rule that somebody wrote is taken to have its way when the vulnerability that it names is gone.
  const open = new Set(
    findings.filter(isCounted).flatMap(({ vulnerability, aliases }) => [vulnerability, ...aliases]),
  );
  const written = faults.written.filter(({ vulnerability }) =>
    vulnerability === null ? as.version === pkg.version : open.has(vulnerability),
  );
  return deviations.length + written.length;
}

function upgradeStepOf(tried: TriedPackage, { faults, variant, pkg }: Choice): Step {
  const left = new Set(tried.findings.filter(isCounted).map(({ vulnerability }) => vulnerability));
  const had = ownFindings(variant.facts, pkg)
    .filter(isCounted)
    .map(({ vulnerability }) => vulnerability);
  const brought = [...left].filter((id) => !had.includes(id)).toSorted();
  const change: Change = {
    kind: "upgrade",
    cost: upgradeCost(pkg, tried.version),
    text: `Upgrade ${packageName(pkg)} ${pkg.version} to ${tried.version}`,
    command: upgradeCommand(pkg, tried.version),
    purl: pkg.purl,
    from: pkg.version,
    to: tried.version,
    policies: [...faults.policies],
    clears: [...new Set(had)].filter((id) => !left.has(id)).toSorted(),
    assumed: false,
    caveats: brought.length === 0 ? [] : [`that version has ${brought.join(", ")}`],
  };
  return { change, edit: upgraded(tried) };
}

function dropStep(pkg: Package, findings: readonly FindingFacts[], faults: Faults): Step {
  const clears = findings.filter(isCounted).map(({ vulnerability }) => vulnerability);
  const change: Change = {
    kind: "drop",
    cost: changeCosts.drop,
    text: `Do without ${packageName(pkg)} ${pkg.version}`,
    command: null,
    purl: pkg.purl,
    from: pkg.version,
    to: null,
    policies: [...faults.policies],
    clears: [...new Set(clears)].toSorted(),
    assumed: false,
    caveats: ["nothing tells whether the program needs it"],
  };
  return { change, edit: dropped(pkg.purl) };
}
