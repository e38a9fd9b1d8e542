/**
 * What a VEX repository says of itself (https://github.com/aquasecurity/vex-repo-spec, 0.1): `vex-repository.json` tells where its
 * archive lies, `index.json` in the archive which document speaks about which package. Read as it is published: the specification
 * writes `versions` as an object of `v0`, the repositories that there are write a list, with `0.1` as well as `v0.1`.
 */
import { recordOf } from "../../domain/json-record.ts";
import { VexError } from "../error.ts";

/** Where a repository is fetched from, and how often. */
export interface RepositoryManifest {
  /** What it calls itself; empty: nothing. */
  readonly title: string;
  /** Addresses of archives, the first that answers is taken. */
  readonly locations: readonly RepositoryLocation[];
  /** Between two looks for something newer. */
  readonly intervalMs: number;
}

export interface RepositoryLocation {
  /** Address of the archive. */
  readonly url: string;
  /** Folder in it where `index.json` lies: `vexhub-main`; empty: its root. */
  readonly folder: string;
}

export interface RepositoryIndex {
  /** RFC 3339, as it says; null: it does not. */
  readonly updatedAt: string | null;
  readonly entries: readonly RepositoryEntry[];
}

export interface RepositoryEntry {
  /** Package URL without version: `pkg:golang/github.com/aquasecurity/trivy`. */
  readonly id: string;
  /** Path below the folder of the index. */
  readonly location: string;
}

export const DEFAULT_INTERVAL_MS = 24 * 3_600_000;
/** A server is not asked more often, whatever the manifest says. */
const INTERVAL_MS_MIN = 3_600_000;
const INTERVAL_MS_MAX = 30 * 24 * 3_600_000;
const LOCATIONS_MAX = 20;
const ENTRIES_MAX = 1_000_000;

/** @throws VexError VEX_INVALID when it is no manifest, or one of another version than 0.1 */
export function readRepositoryManifest(value: unknown): RepositoryManifest {
  const { name, versions } = recordOf(value) ?? {};
  const rows = Array.isArray(versions)
    ? (versions as readonly unknown[])
    : Object.values(recordOf(versions) ?? {});
  // Before 1.0 every minor version may break the one before.
  const version = rows.map(recordOf).find((row) => /^v?0\.1$/.test(textOf(row?.["spec_version"])));
  if (version === null || version === undefined) {
    throw new VexError(
      "VEX_INVALID",
      "the manifest names no version 0.1 of the VEX repository specification",
    );
  }
  const listed: unknown = version["locations"];
  const locations = (Array.isArray(listed) ? (listed as readonly unknown[]) : [])
    .slice(0, LOCATIONS_MAX)
    .flatMap((row) => splitLocation(textOf(recordOf(row)?.["url"])) ?? []);
  if (locations.length === 0)
    throw new VexError("VEX_INVALID", "the manifest names no address of an archive");
  return {
    title: textOf(name).slice(0, 200),
    locations,
    intervalMs: readInterval(textOf(version["update_interval"])),
  };
}

/** `https://host/main.tar.gz//vexhub-main`: the archive, and the folder in it. Null: it is no address of http or https. */
export function splitLocation(text: string): RepositoryLocation | null {
  if (text.length > 2000) return null;
  const [, url = "", folder = ""] = /^(https?:\/\/.*?)(?:\/\/([^?#]*))?$/.exec(text) ?? [];
  if (!URL.canParse(url)) return null;
  return { url, folder: folder.replace(/^\/+|\/+$/g, "") };
}

/** Go's durations: `24h`, `1h30m`, `90m`; what is none is a day. */
function readInterval(text: string): number {
  const units: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
  const parts = [...text.slice(0, 60).matchAll(/(\d{1,9}(?:\.\d{1,9})?)(ms|h|m|s)/g)];
  const total = parts.reduce((sum, [, digits, unit]) => sum + Number(digits) * (units[unit ?? ""] ?? 0), 0);
  if (total === 0) return DEFAULT_INTERVAL_MS;
  return Math.min(Math.max(total, INTERVAL_MS_MIN), INTERVAL_MS_MAX);
}

/** Null: it is the index of something else. @throws VexError LIMIT_EXCEEDED, as what is left out would be left out in silence */
export function readRepositoryIndex(value: unknown, entriesMax = ENTRIES_MAX): RepositoryIndex | null {
  const index = recordOf(value);
  const packages: unknown = index?.["packages"];
  if (!Array.isArray(packages)) return null;
  if (packages.length > entriesMax)
    throw new VexError("LIMIT_EXCEEDED", `the index lists more than ${entriesMax} packages`);
  const updatedAt = textOf(index?.["updated_at"]);
  const entries = (packages as readonly unknown[]).flatMap((entry): RepositoryEntry[] => {
    const { id, location } = recordOf(entry) ?? {};
    return typeof id === "string" && typeof location === "string" ? [{ id, location }] : [];
  });
  return { updatedAt: Number.isNaN(Date.parse(updatedAt)) ? null : updatedAt, entries };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
