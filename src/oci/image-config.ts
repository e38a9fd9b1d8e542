/**
 * Image configs (OCI image specification 1.1, config.md; Docker's is the same in the fields read here).
 */
import type { HistoryEntry, ImageConfig } from "../domain/image.ts";
import { printable } from "../domain/problem.ts";
import { isDigest } from "./digest.ts";
import { OciError } from "./error.ts";
import { asList, asObject, asOptionalText, asText, asTextMap, asTexts, parseJsonObject } from "./json.ts";
import { invalid, type JsonObject } from "./json.ts";

export interface ConfigReading {
  readonly config: ImageConfig;
  /** `sha256:…` of each uncompressed layer, from the bottom. */
  readonly diffIds: readonly string[];
}

/** Bytes of a config. */
export const configBytesMax = 16 * 1024 ** 2;

const listMax = 65_536;
const layersMax = 4096;

/**
 * Reads an image config.
 * @throws OciError DOCUMENT_INVALID, JSON_INVALID, LIMIT_EXCEEDED; IMAGE_UNSUPPORTED for images that are not Linux ones
 */
export function parseImageConfig(bytes: Uint8Array): ConfigReading {
  const document = parseJsonObject(bytes, "image config", configBytesMax);
  const os = asOptionalText(document["os"], "config.os") ?? "linux";
  if (os !== "linux") {
    throw new OciError(
      "IMAGE_UNSUPPORTED",
      `The image is for ${printable(os, 40)}; only Linux images are analysed.`,
    );
  }
  const rootfs = asObject(document["rootfs"] ?? {}, "config.rootfs");
  const diffIds = asTexts(rootfs["diff_ids"], "config.rootfs.diff_ids", layersMax);
  if (!diffIds.every(isDigest)) throw invalid("config.rootfs.diff_ids", "a list of sha256 digests");
  const run = asObject(document["config"] ?? {}, "config.config");
  return { diffIds, config: { ...readMeta(document, os), ...readRun(run) } };
}

/**
 * The build command of each layer, from the bottom. History entries that made no layer are left out; when the rest does
 * not pair with the layers, no command can be trusted and all are null.
 */
export function layerCommands(
  history: readonly HistoryEntry[],
  layerCount: number,
): readonly (string | null)[] {
  const made = history.filter((entry) => !entry.emptyLayer);
  if (made.length !== layerCount) return Array.from({ length: layerCount }, () => null);
  return made.map((entry) => entry.createdBy);
}

function readMeta(document: JsonObject, os: string): Pick<ImageConfig, "platform" | "createdAt" | "history"> {
  const architecture = asOptionalText(document["architecture"], "config.architecture") ?? "unknown";
  const variant = asOptionalText(document["variant"], "config.variant");
  const created = asOptionalText(document["created"], "config.created");
  return {
    platform: { os, architecture, variant },
    // Go's zero time stands for "not recorded".
    createdAt: created === null || created.startsWith("0001-01-01T") ? null : created,
    history: asList(document["history"], "config.history", listMax).map(readHistory),
  };
}

function readHistory(value: unknown, at: number): HistoryEntry {
  const entry = asObject(value, `config.history[${at}]`);
  return {
    createdBy: asOptionalText(entry["created_by"], `config.history[${at}].created_by`),
    emptyLayer: entry["empty_layer"] === true,
  };
}

type RunFields = "user" | "env" | "labels" | "entrypoint" | "cmd" | "workingDir" | "exposedPorts";

function readRun(run: JsonObject): Pick<ImageConfig, RunFields> {
  const ports = asObject(run["ExposedPorts"] ?? {}, "config.ExposedPorts");
  return {
    user: run["User"] === undefined || run["User"] === null ? "" : asText(run["User"], "config.User"),
    env: asTexts(run["Env"], "config.Env", listMax),
    labels: asTextMap(run["Labels"], "config.Labels"),
    entrypoint: readCommand(run["Entrypoint"], "config.Entrypoint"),
    cmd: readCommand(run["Cmd"], "config.Cmd"),
    workingDir: asOptionalText(run["WorkingDir"], "config.WorkingDir") ?? "",
    exposedPorts: Object.keys(ports).toSorted(),
  };
}

/** A list of words; early writers gave one text. */
function readCommand(value: unknown, what: string): readonly string[] {
  return typeof value === "string" ? [value] : asTexts(value, what, listMax);
}
