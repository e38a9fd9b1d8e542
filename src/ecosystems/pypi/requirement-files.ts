/**
 * The requirements files of a source tree together: `-r` includes another file, `-c` names one that only decides versions. A
 * requirement without a version is pinned where a constraint pins it; every other one is a complaint, so that it does not look
 * like nothing.
 */
import type { WantedFile } from "../../domain/files.ts";
import { normalisePypiName } from "../../versions/names.ts";
import type { LockComplaint, LockReading, PinnedPackage } from "../shared/pinned.ts";
import { decodeText, folderOf } from "../shared/text.ts";
import { resolvePath } from "./record.ts";
import { readRequirementFile, type RequirementFile, type RequirementLine } from "./requirements.ts";

/** What each file lists, by path. Files that are constraints of others, and nothing else, list nothing. */
export function readRequirementFiles(files: readonly WantedFile[]): ReadonlyMap<string, LockReading> {
  const graph = new Graph(files);
  const readings = new Map<string, LockReading>();
  for (const { path } of files) {
    if (!graph.isOnlyConstraint(path)) readings.set(path, graph.read(path));
  }
  return readings;
}

class Graph {
  readonly #files: ReadonlyMap<string, RequirementFile>;
  readonly #includedBy = new Map<string, Set<string>>();
  readonly #constraining = new Set<string>();

  constructor(files: readonly WantedFile[]) {
    this.#files = new Map(files.map((file) => [file.path, readRequirementFile(decodeText(file.bytes))]));
    for (const [path, { includes }] of this.#files) {
      for (const include of includes) {
        const target = resolvePath(folderOf(path), include.path);
        if (include.isConstraint) this.#constraining.add(target);
        else this.#includedBy.set(target, (this.#includedBy.get(target) ?? new Set()).add(path));
      }
    }
  }

  isOnlyConstraint(path: string): boolean {
    return this.#constraining.has(path) && !this.#includedBy.has(path);
  }

  read(path: string): LockReading {
    const file = this.#files.get(path) ?? { requirements: [], includes: [] };
    const pinned: PinnedPackage[] = [];
    const complaints: LockComplaint[] = [];
    for (const include of file.includes) {
      if (!this.#files.has(resolvePath(folderOf(path), include.path)))
        complaints.push(unpinned(include.text, "names a file that is not read"));
    }
    const constraints = file.requirements.some(({ version }) => version === null)
      ? this.#constraintsOf(path)
      : new Map<string, RequirementLine>();
    for (const line of file.requirements) {
      const pin = line.name === null ? undefined : constraints.get(normalisePypiName(line.name));
      const version = line.version ?? (line.vcsUrl === null ? pin?.version : null) ?? null;
      if (line.name === null || version === null)
        complaints.push(unpinned(line.text, "does not pin a version"));
      else {
        const digests = line.version === null ? (pin?.digests ?? []) : line.digests;
        pinned.push({ name: line.name, version, license: null, digests });
      }
    }
    return { pinned, complaints };
  }

  /** Pins of the constraints of this file and of all that include it, by normalised name. */
  #constraintsOf(path: string): ReadonlyMap<string, RequirementLine> {
    const pins = new Map<string, RequirementLine>();
    for (const user of reach([path], (at) => [...(this.#includedBy.get(at) ?? [])])) {
      const direct = this.#targets(user, true);
      for (const constraint of reach(direct, (at) => [
        ...this.#targets(at, true),
        ...this.#targets(at, false),
      ])) {
        for (const line of this.#files.get(constraint)?.requirements ?? [])
          if (line.name !== null && line.version !== null) pins.set(normalisePypiName(line.name), line);
      }
    }
    return pins;
  }

  #targets(path: string, isConstraint: boolean): readonly string[] {
    const { includes = [] } = this.#files.get(path) ?? {};
    return includes
      .filter((include) => include.isConstraint === isConstraint)
      .map((include) => resolvePath(folderOf(path), include.path));
  }
}

/** Everything that can be reached, each once: files may include each other. */
function reach(starts: readonly string[], next: (at: string) => readonly string[]): readonly string[] {
  const seen = new Set(starts);
  for (const at of seen) {
    if (seen.size > filesMax) break;
    for (const other of next(at)) seen.add(other);
  }
  return [...seen];
}

/** Files that are followed from one. */
const filesMax = 200;

function unpinned(line: string, reason: string): LockComplaint {
  return { code: "DEPENDENCY_UNPINNED", message: `"${withoutCredentials(line).slice(0, 200)}" ${reason}` };
}

/** An address may hold a user and a password. */
function withoutCredentials(line: string): string {
  return line.replace(/:\/\/[^/@\s]{1,200}@/g, "://");
}
