/**
 * The cheapest changes that would let an image through a gate. For the base that it has and for each other one, every package that is at fault
 * gets the cheapest version without fault, or goes; then what the configuration lacks is added. The cheapest base wins. Whether it is
 * enough is not believed but judged: by the gate's own policies, over the image as it would be.
 */
import type { BaseVariant, Change, ChangePlan } from "../domain/change-plan.ts";
import type { ImageFacts, PolicyResult } from "../domain/policy.ts";
import { rebaseCost } from "./change-costs.ts";
import type { Judges, Step } from "./change-steps.ts";
import { builtNow, withUser } from "./changed-facts.ts";
import { configurationChanges, NON_ROOT_USER, rebuildChange, userChange } from "./configuration-changes.ts";
import { isCounted } from "./open-findings.ts";
import { packageChanges } from "./package-fixes.ts";

/** `variants`: the image as it is first. */
export async function cheapestChanges(variants: readonly BaseVariant[], judges: Judges): Promise<ChangePlan> {
  const [asIs] = variants;
  let best: ChangePlan | null = null;
  for (const variant of variants) {
    const plan = await planOn(variant, judges, asIs ?? variant);
    if (best === null || isBetter(plan, best)) best = plan;
  }
  if (best === null) throw new RangeError("no base to plan on, not even its own");
  return { ...best, basesTried: variants.length - 1 };
}

function isBetter(plan: ChangePlan, than: ChangePlan): boolean {
  const rank = ({ remaining, cost }: ChangePlan): readonly number[] => [
    remaining.length,
    remaining.reduce((sum, { deviations }) => sum + Math.max(1, deviations.length), 0),
    cost,
  ];
  const [left, right] = [rank(plan), rank(than)];
  const at = left.findIndex((value, index) => value !== right[index]);
  return at !== -1 && (left[at] ?? 0) < (right[at] ?? 0);
}

async function planOn(variant: BaseVariant, judges: Judges, asIs: BaseVariant): Promise<ChangePlan> {
  const results = await judges.all(variant.facts);
  const steps: Step[] = [
    ...rebaseStep(variant, asIs),
    ...packageChanges(variant, results, judges),
    ...configurationChanges(results.filter(judges.stops)),
  ];
  let { facts, left } = await applied(variant.facts, steps, judges);
  const other = await userForOthers(facts, left, judges);
  if (other !== null) {
    steps.push(other.step);
    ({ facts, left } = other);
  }
  if (steps.length === 0 && left.some(isTooOld)) {
    steps.push(rebuildChange(left.filter(isTooOld)));
    ({ facts, left } = await applied(variant.facts, steps, judges));
  }
  const changes = steps.map(({ change }) => change);
  const done = new Set(changes.filter(({ assumed }) => assumed).flatMap(({ policies }) => policies));
  return {
    changes,
    cost: changes.reduce((sum, { cost }) => sum + cost, 0),
    remaining: left.filter(({ policy }) => !done.has(policy)),
    facts,
    basesTried: 0,
    caveats: caveatsOf(changes, results),
  };
}

/** An image after changes, and what of it still stops the gate. */
interface Judged {
  readonly facts: ImageFacts;
  readonly left: readonly PolicyResult[];
}

async function applied(facts: ImageFacts, steps: readonly Step[], judges: Judges): Promise<Judged> {
  const edits = steps.flatMap(({ edit }) => edit ?? []);
  const changed = edits.reduce((all, edit) => edit(all), facts);
  // Whatever is changed is built anew.
  const built = steps.length === 0 ? changed : builtNow(changed);
  return { facts: built, left: (await judges.all(built)).filter(judges.stops) };
}

function rebaseStep({ candidate, facts }: BaseVariant, asIs: BaseVariant): readonly Step[] {
  if (candidate === null) return [];
  const has = new Set((facts.findings ?? []).filter(isCounted).map(({ vulnerability }) => vulnerability));
  const had = (asIs.facts.findings ?? []).filter(isCounted).map(({ vulnerability }) => vulnerability);
  const { name, tag, digest, dockerfile, rebase, kind } = candidate;
  const title = `${name}${tag === null ? "" : `:${tag}`}`;
  return [
    {
      edit: (given) => given,
      change: {
        kind: "rebase",
        cost: rebaseCost(candidate, {
          tag: asIs.facts.baseImage?.tag ?? null,
          distribution: asIs.facts.distro?.id ?? null,
        }),
        text: kind === "refresh" ? `Build on the present ${title}` : `Build on ${title}`,
        command: dockerfile,
        purl: null,
        from: asIs.facts.baseImage?.digest ?? null,
        to: digest,
        policies: [],
        clears: [...new Set(had)].filter((id) => !has.has(id)).toSorted(),
        assumed: false,
        caveats: rebase?.caveats ?? [],
      },
    },
  ];
}

/** What people wrote does not say what it wants; whether another user is what it wants is tried. */
async function userForOthers(
  facts: ImageFacts,
  left: readonly PolicyResult[],
  judges: Judges,
): Promise<(Judged & { readonly step: Step }) | null> {
  const asked = left.filter(
    ({ type, deviations }) => WRITTEN.has(type) && deviations.every(({ purl }) => purl === null),
  );
  if (asked.length === 0 || facts.config === null || facts.config.user === NON_ROOT_USER) return null;
  const edit = withUser(NON_ROOT_USER);
  const changed = builtNow(edit(facts));
  const still = (await judges.all(changed)).filter(judges.stops);
  const cleared = asked.filter(({ policy }) => still.every((result) => result.policy !== policy));
  if (cleared.length === 0) return null;
  return { step: { edit, change: userChange(cleared) }, facts: changed, left: still };
}

/** Types whose instances are code. */
const WRITTEN: ReadonlySet<string> = new Set(["cel", "rego"]);

function isTooOld({ type, deviations }: PolicyResult): boolean {
  return type === "image-limits" && deviations.some(({ columns }) => columns["Limit"] === "age");
}

/** Policies that judge what was made for one very image. */
const OF_THE_DIGEST: ReadonlySet<string> = new Set([
  "supply-chain-attestations",
  "signed-by",
  "malware-report",
  "failing-tests",
  "stig-score",
]);

function caveatsOf(changes: readonly Change[], results: readonly PolicyResult[]): readonly string[] {
  const isAttested = results.some(({ type }) => OF_THE_DIGEST.has(type));
  return changes.length > 0 && isAttested
    ? ["the changed image is another image: its attestations and signatures have to be made again"]
    : [];
}
