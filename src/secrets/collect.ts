/**
 * From what was found in files and configuration to the list of an image's secrets.
 */
import { severities } from "../domain/advisory.ts";
import type { FileTree, InspectedFile } from "../domain/files.ts";
import type { ImageConfig } from "../domain/image.ts";
import { placeText, type SecretFinding, type SecretsResult } from "../domain/secret.ts";
import { findSecretsInConfig } from "./configuration.ts";
import { readFileSecrets, secretInspector } from "./inspector.ts";
import { isProgramByName, isSearched, SEARCHED_BYTES_MAX } from "./noise.ts";
import { secretRules } from "./rules.ts";

/** A file that was looked into; `removedIn` names the layer that deleted or replaced it, where one did. */
export interface SearchedFile {
  readonly file: InspectedFile;
  readonly removedIn: SecretFinding["removedIn"];
}

export interface SecretSources {
  readonly files: readonly SearchedFile[];
  /** Null for what has none: a folder. */
  readonly config: ImageConfig | null;
  /** Whether files that a later layer removed are among `files`. */
  readonly includesRemoved: boolean;
  /** What `tooLargeFiles` says. */
  readonly tooLarge: readonly string[];
}

/** Findings of an image that are listed. */
const FINDINGS_MAX = 1000;

/** Everything that was found, with what was not searched. Never throws for what it is handed. */
export function collectSecrets({ files, config, includesRemoved, tooLarge }: SecretSources): SecretsResult {
  const notSearched = [...tooLarge];
  let notListed = 0;
  const inFiles = files.flatMap(({ file, removedIn }) => {
    const read = file.by === secretInspector.id ? readFileSecrets(file) : null;
    if (read === null) return [];
    notListed += read.notListed;
    if (read.gaveUp) notSearched.push(`${file.path}: too large, or too much in it looks like a secret`);
    return read.secrets.flatMap(({ rule, line, shown }): SecretFinding[] => {
      const known = byId.get(rule);
      if (known === undefined) return [];
      const { title, severity } = known;
      const { path, layer, layerIndex } = file;
      return [
        { rule, title, severity, place: { kind: "file", path, line, layer, layerIndex }, shown, removedIn },
      ];
    });
  });
  if (!includesRemoved && config !== null) {
    notSearched.push("files that a later layer of the image removed or replaced");
  }
  const findings = [...(config === null ? [] : findSecretsInConfig(config)), ...inFiles].sort(compare);
  return {
    findings: findings.slice(0, FINDINGS_MAX),
    notListed: notListed + Math.max(0, findings.length - FINDINGS_MAX),
    notSearched: notSearched.sort(),
  };
}

/** Files past the limit that may be text, for people. Programs are none. */
export function tooLargeFiles(tree: FileTree | null): readonly string[] {
  const found: string[] = [];
  tree?.eachFile((file) => {
    if (file.sizeBytes <= SEARCHED_BYTES_MAX || (file.mode & 0o111) !== 0) return;
    const path = file.path();
    if (isSearched(path) && !isProgramByName(path))
      found.push(`${path}: larger than ${SEARCHED_BYTES_MAX / 1024 ** 2} MB`);
  });
  return found;
}

const byId = new Map(secretRules.map((rule) => [rule.id, rule]));

function compare(a: SecretFinding, b: SecretFinding): number {
  return (
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    order(placeText(a.place), placeText(b.place)) ||
    order(a.rule, b.rule) ||
    (layerOf(a) ?? 0) - (layerOf(b) ?? 0)
  );
}

function layerOf({ place }: SecretFinding): number | null {
  return place.kind === "file" ? place.layerIndex : null;
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
