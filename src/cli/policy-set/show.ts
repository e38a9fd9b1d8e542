/** Policy sets as they are shown: by `policy-set pull` and `list`, and above every check. */
import type { PolicySetsReport, PolicySetView } from "../../api/policy-set-reports.ts";
import { PlimsollError } from "../../domain/error.ts";
import { jsonText } from "../../domain/json-text.ts";
import { printable } from "../../domain/problem.ts";
import { formatSigner } from "../../domain/signature.ts";
import { toPolicySetView } from "../../reports/json/policy-set-view.ts";
import { countText } from "../../reports/shared/words.ts";
import type { CliContext } from "../context.ts";
import { writeResult, type OutputOptions } from "../options/output.ts";
import { listKeptPolicySets } from "./kept.ts";
import { takePolicySet, type PolicySetWithPolicies, type TakeOptions } from "./take.ts";

export type ShowOptions = TakeOptions & OutputOptions;

/** @throws as `takePolicySet` */
export async function pullPolicySet(
  context: CliContext,
  reference: string,
  options: ShowOptions,
): Promise<void> {
  await writeSets(context, [await takePolicySet(context, reference, options)], options);
}

/** Those that are kept here, without asking a registry. One that cannot be read any more is said, and left out. */
export async function listPolicySets(context: CliContext, options: ShowOptions): Promise<void> {
  const offline = Object.create(
    context,
    Object.getOwnPropertyDescriptors({ config: { ...context.config, isOffline: true } }),
  ) as CliContext;
  const sets: PolicySetWithPolicies[] = [];
  for (const { reference } of await listKeptPolicySets(context)) {
    try {
      sets.push(await takePolicySet(offline, reference, options));
    } catch (error) {
      if (!(error instanceof PlimsollError)) throw error;
      context.stderr.write(`${printable(reference)}: ${printable(error.message, 1000)}\n`);
    }
  }
  await writeSets(context, sets, options);
}

async function writeSets(
  context: CliContext,
  sets: readonly PolicySetWithPolicies[],
  options: OutputOptions,
): Promise<void> {
  const now = context.clock();
  const report: PolicySetsReport = {
    schema: "urn:plimsoll:report:policy-sets:1",
    tool: { name: "plimsoll", version: context.version },
    sets: sets.map((taken) => ({
      ...toPolicySetView(taken, now),
      policies: taken.policies.map(({ id, title, type, enabled, effect = "block" }) => ({
        id,
        title,
        type,
        enabled,
        effect,
      })),
    })),
  };
  if (options.format === "json") await writeResult(context, options, jsonText(report));
  else await writeResult(context, options, textOf(report));
}

function textOf({ sets }: PolicySetsReport): string {
  if (sets.length === 0) return "No policy set is kept here.\n";
  const lines = sets.flatMap((set) => [
    ...policySetLines(set),
    ...set.policies
      .filter(({ enabled }) => enabled)
      .map(({ id, title, effect }) => `    ${printable(title)} (${printable(id)}, ${effect})`),
  ]);
  return `${lines.join("\n")}\n`;
}

/** What one has to know of a set before believing what is said by it. */
function policySetLines(view: PolicySetView): readonly string[] {
  const age = view.ageDays === 0 ? "made today" : `${countText(view.ageDays, "day")} old`;
  const old = view.tooOld ? `TOO OLD: good for ${countText(view.maxAgeDays, "day")}` : "current";
  const by =
    view.signer === null
      ? `NOT VERIFIED: ${view.signerReason ?? ""}`
      : `signed by ${formatSigner(view.signer)}`;
  return [
    printable(`Policy set   ${view.name} ${view.version}, ${age} (${old})`, 500),
    printable(`             ${view.reference}@${view.digest}`, 500),
    printable(`             ${by}`, 500),
    ...(view.keptReason === null
      ? []
      : [printable(`             kept copy of ${view.fetchedAt}: ${view.keptReason}`, 500)]),
  ];
}
