/**
 * The secret search as an inspector: looks into every text file while its layer passes by. What it returns holds no secret.
 */
import type { FileHead, FileView, InspectedFile, Inspector, Json } from "../domain/files.ts";
import { recordOf } from "../domain/json-record.ts";
import { findSecretsInFile, findSecretsInSettings } from "./find-secrets.ts";
import { isSearched, SEARCHED_BYTES_MAX, SEARCHED_BYTES_MIN } from "./noise.ts";
import { rulesVersion } from "./rules.ts";

export const secretInspector: Inspector = Object.freeze({
  id: "secrets",
  version: rulesVersion,
  wants: ({ path, sizeBytes }: FileHead): boolean =>
    sizeBytes >= SEARCHED_BYTES_MIN && sizeBytes <= SEARCHED_BYTES_MAX && isSearched(path),
  inspect,
});

/** What is known of a secret in a file, without the secret. */
export interface FileSecret {
  /** Id of the rule. */
  readonly rule: string;
  /** 1-based. */
  readonly line: number;
  /** As in `SecretFinding`. */
  readonly shown: string;
}

export interface FileSecrets {
  readonly secrets: readonly FileSecret[];
  readonly notListed: number;
  readonly gaveUp: boolean;
}

/** Bytes at the start by which text is told from other content. */
const SNIFFED_BYTES = 8192;

function inspect({ path }: FileHead, view: FileView): Json | null {
  if (isBinary(view.read(0, SNIFFED_BYTES))) return null;
  const read = (offset: number, length: number): Uint8Array => view.read(offset, length);
  const anywhere = findSecretsInFile(read, view.sizeBytes);
  const settings = findSecretsInSettings(path, read, view.sizeBytes);
  const inSettings = (settings?.matches ?? []).filter(
    ({ start, end }) => !anywhere.matches.some((other) => start < other.end && other.start < end),
  );
  const matches = [...anywhere.matches, ...inSettings].sort((a, b) => a.start - b.start);
  const notListed = anywhere.notListed + (settings?.notListed ?? 0);
  const gaveUp = anywhere.gaveUp || settings?.gaveUp === true;
  if (matches.length === 0 && notListed === 0 && !gaveUp) return null;
  const lines = linesOf(
    view,
    matches.map(({ start }) => start),
  );
  const secrets = matches.map(({ rule, shown }, index) => ({
    rule: rule.id,
    line: lines[index] ?? 1,
    shown,
  }));
  return { secrets, notListed, gaveUp };
}

/** Reads back what `inspect` returned; null for anything else. */
export function readFileSecrets({ value }: InspectedFile): FileSecrets | null {
  const record = recordOf(value);
  if (record === null || !Array.isArray(record["secrets"])) return null;
  const secrets = record["secrets"].flatMap((entry: unknown): FileSecret[] => {
    const { rule, line, shown } = recordOf(entry) ?? {};
    if (typeof rule !== "string" || typeof line !== "number" || typeof shown !== "string") return [];
    return [{ rule, line, shown }];
  });
  const { notListed, gaveUp } = record;
  return { secrets, notListed: typeof notListed === "number" ? notListed : 0, gaveUp: gaveUp === true };
}

function isBinary(start: Uint8Array): boolean {
  return start.includes(0);
}

/** The 1-based lines of rising offsets. */
function linesOf(view: FileView, offsets: readonly number[]): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let at = 0;
  for (const offset of offsets) {
    while (at < offset) {
      const part = view.read(at, Math.min(offset - at, COUNTED_BYTES));
      if (part.length === 0) break;
      for (let next = part.indexOf(10); next >= 0; next = part.indexOf(10, next + 1)) line += 1;
      at += part.length;
    }
    lines.push(line);
  }
  return lines;
}

const COUNTED_BYTES = 256 * 1024;
