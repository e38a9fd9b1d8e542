/**
 * What looking into an image found, as it is stored with its document, so that policies on secrets and hygiene are judged again without
 * reading a layer twice.
 */
import { severities } from "../domain/advisory.ts";
import type { HygieneFinding, HygieneResult } from "../domain/hygiene.ts";
import type { SecretFinding, SecretPlace, SecretsResult } from "../domain/secret.ts";
import {
  asNode,
  asText,
  child,
  childOrNull,
  count,
  countOrNull,
  each,
  oneOf,
  text,
  textOrNull,
  type Node,
} from "../sbom/native/strict.ts";

export interface StoredExamination {
  /** What was looked for: everything, or secrets alone. */
  readonly parts: "secrets" | "all";
  /** Of the rules and checks; with others the image is looked into again. */
  readonly version: string;
  readonly secrets: SecretsResult;
  readonly hygiene: readonly HygieneResult[];
}

/** @throws PlimsollError DOCUMENT_INVALID */
export function readStoredExamination(node: Node): StoredExamination {
  return {
    parts: oneOf(node, "parts", ["secrets", "all"]),
    version: text(node, "version"),
    secrets: readSecrets(child(node, "secrets")),
    hygiene: each(node, "hygiene", readHygiene),
  };
}

function readSecrets(node: Node): SecretsResult {
  return {
    findings: each(node, "findings", readSecret),
    notListed: count(node, "notListed"),
    notSearched: each(node, "notSearched", asText),
  };
}

function readSecret(value: unknown, path: string): SecretFinding {
  const node = asNode(value, path);
  const removed = childOrNull(node, "removedIn");
  return {
    rule: text(node, "rule"),
    title: text(node, "title"),
    severity: oneOf(node, "severity", severities),
    place: readPlace(child(node, "place")),
    shown: text(node, "shown"),
    removedIn:
      removed === null ? null : { layer: text(removed, "layer"), layerIndex: count(removed, "layerIndex") },
  };
}

function readPlace(node: Node): SecretPlace {
  const kind = oneOf(node, "kind", ["file", "environment", "label", "history", "command"]);
  switch (kind) {
    case "file":
      return {
        kind,
        path: text(node, "path"),
        line: count(node, "line"),
        layer: textOrNull(node, "layer"),
        layerIndex: countOrNull(node, "layerIndex"),
      };
    case "environment":
    case "label":
      return { kind, name: text(node, "name") };
    case "history":
      return { kind, step: count(node, "step") };
    case "command":
      return { kind, field: oneOf(node, "field", ["entrypoint", "cmd"]) };
  }
}

function readHygiene(value: unknown, path: string): HygieneResult {
  const node = asNode(value, path);
  const check = child(node, "check");
  return {
    check: {
      id: text(check, "id"),
      title: text(check, "title"),
      severity: oneOf(check, "severity", severities),
      references: each(check, "references", asText),
      fix: text(check, "fix"),
    },
    status: oneOf(node, "status", ["passed", "failed", "not_checked"]),
    reason: textOrNull(node, "reason"),
    findings: each(node, "findings", readFinding),
    findingCount: count(node, "findingCount"),
  };
}

function readFinding(value: unknown, path: string): HygieneFinding {
  const node = asNode(value, path);
  return {
    message: text(node, "message"),
    path: textOrNull(node, "path"),
    layerIndex: countOrNull(node, "layerIndex"),
    line: countOrNull(node, "line"),
  };
}
