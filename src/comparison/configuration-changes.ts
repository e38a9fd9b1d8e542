/** Changes of an image that are not about its packages: its user, labels, checks of hygiene, secrets, and how it is built. */
import type { Change } from "../domain/change-plan.ts";
import type { Deviation, PolicyResult } from "../domain/policy.ts";
import { changeCosts } from "./change-costs.ts";
import { builtNow, passing, withMetadata, withoutSecret, withUser } from "./changed-facts.ts";
import type { Step } from "./change-steps.ts";

/** A number, since a name needs an entry in the image's passwd file. */
export const NON_ROOT_USER = "10001";

/** `stopping`: results that stop the gate. A change that serves several of them is made once. */
export function configurationChanges(stopping: readonly PolicyResult[]): readonly Step[] {
  const steps = new Map<string, Step>();
  for (const result of stopping) {
    for (const step of stepsFor(result)) {
      const { kind, text } = step.change;
      const known = steps.get(`${kind}\n${text}`);
      const policies = [...new Set([...(known?.change.policies ?? []), result.policy])];
      steps.set(`${kind}\n${text}`, { ...step, change: { ...step.change, policies } });
    }
  }
  return [...steps.values()];
}

function stepsFor(result: PolicyResult): readonly Step[] {
  const { status, supply = null, deviations } = result;
  if (status === "no_data") return supply === null ? [] : [processStep(supply)];
  switch (result.type) {
    case "non-root":
      return [{ edit: withUser(NON_ROOT_USER), change: userChange([result]) }];
    case "required-metadata":
      return deviations.map(metadataStep);
    case "hygiene":
      return hygieneSteps(deviations);
    case "secrets":
      return deviations.map(secretStep);
    case "supply-chain-attestations":
    case "signed-by":
      return [...new Set(deviations.map(({ remediation, message }) => remediation ?? message))].map(
        processStep,
      );
    default:
      return [];
  }
}

export function userChange(results: readonly PolicyResult[]): Change {
  return {
    ...plain("user", "Run as a user other than root"),
    command: `USER ${NON_ROOT_USER}`,
    to: NON_ROOT_USER,
    policies: results.map(({ policy }) => policy),
    caveats: ["files that the program writes have to belong to that user"],
  };
}

export function rebuildChange(results: readonly PolicyResult[]): Step {
  const policies = results.map(({ policy }) => policy);
  return { edit: builtNow, change: { ...plain("rebuild", "Build the image again"), policies } };
}

function metadataStep(deviation: Deviation): Step {
  const { Label: label, Annotation: annotation = "", Wanted: wanted = "" } = deviation.columns;
  const value = wanted === "a value" ? "…" : wanted;
  return {
    edit: withMetadata(deviation),
    change: {
      ...plain("label", label === undefined ? `Add the annotation ${annotation}` : `Add the label ${label}`),
      command:
        label === undefined
          ? `docker buildx build --annotation "${annotation}=${value}"`
          : `LABEL ${label}="${value}"`,
      to: wanted === "a value" ? null : wanted,
    },
  };
}

/** One for each check, however many places it found. */
function hygieneSteps(deviations: readonly Deviation[]): readonly Step[] {
  const byCheck = Map.groupBy(deviations, ({ columns }) => columns["Check"] ?? "");
  return [...byCheck].map(([id, [first]]) => ({
    edit: passing(id),
    change: {
      ...plain(
        "hygiene",
        first?.remediation === null ? `Pass the check ${id}` : `${id}: ${first?.remediation}`,
      ),
      caveats: byCheck.get(id)?.length === 1 ? [] : [`${byCheck.get(id)?.length} places`],
    },
  }));
}

function secretStep(deviation: Deviation): Step {
  const { Secret: title = "secret", Place: place = "" } = deviation.columns;
  return {
    edit: withoutSecret(deviation),
    change: {
      ...plain("secret", `Build without the ${title} in ${place}, and revoke it`),
      from: place,
    },
  };
}

/** Something that is done beside the image; whether it was done shows when the image is checked again. */
function processStep(text: string): Step {
  return { edit: null, change: { ...plain("process", text), assumed: true } };
}

function plain(kind: "user" | "rebuild" | "label" | "hygiene" | "secret" | "process", text: string): Change {
  return {
    kind,
    cost: changeCosts[kind],
    text,
    command: null,
    purl: null,
    from: null,
    to: null,
    policies: [],
    clears: [],
    assumed: false,
    caveats: [],
  };
}
