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
import type { ImageSignature, Signer } from "../../domain/signature.ts";
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
    ...readSignatures(node),
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
    storage: oneOf(node, "storage", ["in-index", "referrer", "tag"]),
    trust: oneOf(node, "trust", ["verified", "unsigned"]),
    ...(node.value["digest"] === undefined ? {} : { digest: text(node, "digest") }),
    ...optional(node, "manifestDigest", text),
    ...optional(node, "manifestRepository", text),
    ...(node.value["signers"] === undefined ? {} : { signers: each(node, "signers", readSigner) }),
  };
}

/** Absent in documents that were written before signatures were looked for. */
function readSignatures(node: Node): Pick<ResolvedImage, "signatures"> {
  const { signatures } = node.value;
  if (signatures === undefined) return {};
  return { signatures: signatures === null ? null : each(node, "signatures", readSignature) };
}

function readSigner(value: unknown, path: string): Signer {
  const node = asNode(value, path);
  return {
    kind: oneOf(node, "kind", ["key", "identity"]),
    name: text(node, "name"),
    issuer: textOrNull(node, "issuer"),
    keyId: textOrNull(node, "keyId"),
  };
}

function readSignature(value: unknown, path: string): ImageSignature {
  const node = asNode(value, path);
  const { signer } = node.value;
  return {
    signer: signer === null ? null : readSigner(signer, `${path}.signer`),
    verified: flag(node, "verified"),
    reason: textOrNull(node, "reason"),
    storage: oneOf(node, "storage", ["in-index", "referrer", "tag"]),
    ...(node.value["isBundle"] === true ? { isBundle: true as const } : {}),
    ...(node.value["isNotation"] === true ? { isNotation: true as const } : {}),
    ...(node.value["subject"] === undefined ? {} : { subject: text(node, "subject") }),
  };
}
