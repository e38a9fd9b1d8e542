/**
 * A configuration that is kept for several sets of modules: entries about policies that are not among those that were named are left
 * out, as `docker scout policy` does, and told.
 */
import { recordOf } from "../../domain/json-record.ts";
import { printable } from "../../domain/problem.ts";
import type { PolicyDefinition } from "../../policies/types.ts";
import type { CliContext } from "../context.ts";

/** The document without them; what it is besides is checked by who reads it. */
export function withoutOthers(
  context: CliContext,
  document: unknown,
  known: readonly Pick<PolicyDefinition, "id" | "title">[],
): unknown {
  const root = recordOf(document);
  const entries = root?.["policies"];
  if (root === null || !Array.isArray(entries)) return document;
  const others = otherEntries(document, known);
  if (others.length === 0) return document;
  const told = others.map((entry) =>
    printable(String(recordOf(entry)?.["id"] ?? recordOf(entry)?.["name"]), 200),
  );
  context.stderr.write(
    `warning: the policy configuration speaks of policies that were not named: ${told.join(", ")}\n`,
  );
  return { ...root, policies: entries.filter((entry) => !others.includes(entry)) };
}

/** Entries that neither change one of these policies nor make a new one. */
export function otherEntries(
  document: unknown,
  known: readonly Pick<PolicyDefinition, "id" | "title">[],
): readonly unknown[] {
  const entries = recordOf(document)?.["policies"];
  const names = new Set(known.flatMap(({ id, title }) => [id.toLowerCase(), title.toLowerCase()]));
  return (Array.isArray(entries) ? entries : []).filter((entry: unknown) => {
    const { type, id, name } = recordOf(entry) ?? {};
    const asked = id ?? name;
    return type === undefined && typeof asked === "string" && !names.has(asked.trim().toLowerCase());
  });
}
