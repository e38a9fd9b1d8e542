/** What would have to change on the server, part by part, before anything is changed. */
import type { ApplyReport } from "../../api/apply-file.ts";
import { printable } from "../../domain/problem.ts";
import type { ServerClient } from "../server/client.ts";

export type Difference = ApplyReport["changes"][number]["differences"][number];

export interface Change {
  readonly kind: ApplyReport["changes"][number]["kind"];
  readonly name: string;
  readonly action: "create" | "change" | "delete";
  readonly differences: readonly Difference[];
  run(): Promise<void>;
}

/** One part of the file against the server. */
export interface PartPlan {
  /** In the order in which they are to be made. */
  readonly changes: readonly Change[];
  readonly unchanged: number;
  /** On the server and not in the file. `remove` takes one away. */
  readonly beside: readonly {
    readonly kind: Change["kind"];
    readonly name: string;
    remove(): Promise<void>;
  }[];
}

/** The organisation on the server: `below` is `/orgs/acme`. */
export interface ApplyAccess {
  readonly client: ServerClient;
  readonly below: string;
}

/** Compares values as JSON; lists are compared as wholes. */
export function differencesOf(before: unknown, after: unknown, path = ""): readonly Difference[] {
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      differencesOf(before[key], after[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null)) return [];
  return [{ path, before: before ?? null, after: after ?? null }];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const signs = { create: "+", change: "~", delete: "-" } as const;

/** `~ policy Nothing critical` and a line for each difference. */
export function changeText({ kind, name, action, differences }: ApplyReport["changes"][number]): string {
  const lines = differences.map(({ path, before, after }) =>
    action === "change" ? `    ${path}: ${short(before)} -> ${short(after)}` : `    ${path}: ${short(after)}`,
  );
  return [`${signs[action]} ${kind} ${name}`, ...lines].map((line) => `${printable(line, 500)}\n`).join("");
}

function short(value: unknown): string {
  return printable(JSON.stringify(value ?? null), 200);
}
