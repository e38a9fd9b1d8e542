/** Who somebody is, as a provider of sign-in proved it; and how its words become names of ours. */
import { PlimsollError } from "../../../domain/error.ts";

export interface ProvenPerson {
  /** The provider's own id of the person. */
  readonly subject: string;
  /** Name for the account, as accounts are named. */
  readonly name: string;
  readonly displayName: string;
  readonly groups: readonly string[];
}

/** What a provider said of somebody, as it came. */
export interface SaidOfPerson {
  readonly subject: unknown;
  readonly name: unknown;
  readonly displayName: unknown;
  readonly groups: unknown;
}

/** @throws PlimsollError SIGN_IN_REFUSED where no account can be named after what was said */
export function toPerson(said: SaidOfPerson): ProvenPerson {
  const subject = textOf(said.subject);
  if (subject === null || subject.length > SUBJECT_LENGTH_MAX) throw refused("says no id of the person");
  const name = (textOf(said.name) ?? "").trim().toLowerCase();
  // Nothing is replaced: two people whose names differ in what is left out would become one.
  if (!/^[a-z0-9][a-z0-9._@-]{0,99}$/.test(name)) {
    throw refused("says no name of letters, digits and . _ @ - alone, at most 100");
  }
  const displayName = (textOf(said.displayName) ?? "").replaceAll(/\p{C}/gu, "").trim().slice(0, 200);
  return {
    subject,
    name,
    displayName: displayName.isWellFormed() && displayName !== "" ? displayName : name,
    groups: groupsOf(said.groups),
  };
}

/** One group may come as a text of its own. Cut at a number that no person is in. */
function groupsOf(said: unknown): readonly string[] {
  const list = Array.isArray(said) ? (said as readonly unknown[]) : [said];
  const groups = list.slice(0, GROUPS_MAX).flatMap((group) => {
    const text = textOf(group);
    return text === null || text.length > 500 ? [] : [text];
  });
  return [...new Set(groups)];
}

/** The database keeps no U+0000 and no half of a surrogate pair. */
function textOf(value: unknown): string | null {
  if (typeof value !== "string" || value === "") return null;
  return value.includes("\u0000") || !value.isWellFormed() ? null : value;
}

function refused(what: string): PlimsollError {
  return new PlimsollError("SIGN_IN_REFUSED", `The sign-in provider ${what}.`);
}

const SUBJECT_LENGTH_MAX = 1000;
const GROUPS_MAX = 2000;
