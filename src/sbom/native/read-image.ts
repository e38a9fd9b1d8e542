/**
 * The image of a native document.
 */
import type {
  Attestation,
  HistoryEntry,
  ImageConfig,
  Layer,
  LayerSource,
  ResolvedImage,
} from "../../domain/image.ts";
import { sourceKinds } from "../shared/source-kinds.ts";
import {
  asNode,
  asText,
  child,
  count,
  each,
  flag,
  map,
  oneOf,
  optional,
  text,
  textOrNull,
  type Node,
} from "./strict.ts";

/** @throws PlimsollError DOCUMENT_INVALID */
export function readImage(node: Node): ResolvedImage {
  return {
    source: oneOf(node, "source", sourceKinds),
    reference: text(node, "reference"),
    repository: textOrNull(node, "repository"),
    tag: textOrNull(node, "tag"),
    indexDigest: textOrNull(node, "indexDigest"),
    digest: textOrNull(node, "digest"),
    config: readConfig(child(node, "config")),
    layers: each(node, "layers", readLayer),
    annotations: map(node, "annotations", asText),
    attestations: node.value["attestations"] === null ? null : each(node, "attestations", readAttestation),
    sizeBytes: count(node, "sizeBytes"),
  };
}

function readConfig(node: Node): ImageConfig {
  const platform = child(node, "platform");
  return {
    platform: {
      os: text(platform, "os"),
      architecture: text(platform, "architecture"),
      variant: textOrNull(platform, "variant"),
    },
    createdAt: textOrNull(node, "createdAt"),
    user: text(node, "user"),
    env: each(node, "env", asText),
    labels: map(node, "labels", asText),
    entrypoint: each(node, "entrypoint", asText),
    cmd: each(node, "cmd", asText),
    workingDir: text(node, "workingDir"),
    exposedPorts: each(node, "exposedPorts", asText),
    history: each(node, "history", readHistoryEntry),
  };
}

function readHistoryEntry(value: unknown, path: string): HistoryEntry {
  const node = asNode(value, path);
  return { createdBy: textOrNull(node, "createdBy"), emptyLayer: flag(node, "emptyLayer") };
}

function readLayer(value: unknown, path: string): Layer {
  const node = asNode(value, path);
  return {
    index: count(node, "index"),
    diffId: text(node, "diffId"),
    digest: textOrNull(node, "digest"),
    mediaType: text(node, "mediaType"),
    sizeBytes: count(node, "sizeBytes"),
    command: textOrNull(node, "command"),
    ...optional(node, "source", readSource),
  };
}

function readSource(layer: Node, name: string): LayerSource {
  const node = child(layer, name);
  return {
    file: text(node, "file"),
    firstLine: count(node, "firstLine"),
    lastLine: count(node, "lastLine"),
    text: text(node, "text"),
  };
}

function readAttestation(value: unknown, path: string): Attestation {
  const node = asNode(value, path);
  return {
    predicateType: text(node, "predicateType"),
    predicate: node.value["predicate"],
    subjectDigests: each(node, "subjectDigests", asText),
    storage: oneOf(node, "storage", ["in-index", "referrer"]),
    trust: oneOf(node, "trust", ["verified", "unsigned"]),
  };
}
