/**
 * Lock files of .NET projects: `packages.lock.json`, `obj/project.assets.json` (https://github.com/NuGet/Home/wiki) and
 * `paket.lock` (https://fsprojects.github.io/Paket/lock-file.html).
 */
import { recordOf, type JsonRecord } from "../../domain/json-record.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { digestOfHash } from "./content-hash.ts";

/** Of each framework, its packages; those of `type: Project` are modules of the same build. */
export function readPackagesLock(text: string): LockReading {
  const frameworks = recordOf(recordOf(parseJson(text))?.["dependencies"]);
  if (frameworks === null) return parseFailed("the file is no lock file of NuGet");
  const reading = new Reading();
  for (const [framework, packages] of Object.entries(frameworks)) {
    for (const [name, value] of Object.entries(recordOf(packages) ?? {})) {
      const entry = recordOf(value);
      if (entry?.["type"] === "Project") continue;
      reading.add(framework, name, entry?.["resolved"], entry?.["contentHash"], entry?.["dependencies"]);
    }
  }
  return reading;
}

/** What a restore found for a project: `libraries` with hashes, `targets` with what each needs. */
export function readProjectAssets(text: string): LockReading {
  const root = recordOf(parseJson(text));
  const libraries = recordOf(root?.["libraries"]);
  const targets = recordOf(root?.["targets"]);
  if (libraries === null || targets === null) return parseFailed("the file is no result of a restore");
  const reading = new Reading();
  for (const [target, entries] of Object.entries(targets)) {
    for (const [key, value] of Object.entries(recordOf(entries) ?? {})) {
      const entry = recordOf(value);
      if (entry?.["type"] === "project") continue;
      const slash = key.indexOf("/");
      const hash = recordOf(libraries[key])?.["sha512"];
      reading.add(
        target,
        key.slice(0, Math.max(slash, 0)),
        key.slice(slash + 1),
        hash,
        entry?.["dependencies"],
      );
    }
  }
  return reading;
}

class Reading implements LockReading {
  readonly pinned: PinnedPackage[] = [];
  readonly complaints: LockComplaint[] = [];

  /** Ids hold the framework: each has its own version of a package. */
  add(framework: string, name: string, version: unknown, hash: unknown, needs: unknown): void {
    if (!isToken(name, nameLengthMax) || !isToken(version, versionLengthMax)) {
      this.complaints.push(recordInvalid(name, "has no valid name and version"));
      return;
    }
    const digest = digestOfHash(hash);
    const idOf = (text: string): string => `${framework}/${text.toLowerCase()}`;
    this.pinned.push({
      name,
      version,
      license: null,
      id: idOf(name),
      needs: Object.keys(recordOf(needs) ?? ({} as JsonRecord)).map(idOf),
      ...(digest === null ? {} : { digests: [digest] }),
    });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Sections by kind of source, packages four spaces deep, what each needs six. Only packages of `NUGET` come from a registry;
 * files of the other kinds (`GITHUB`, `HTTP`, `GIT`) have no version and are said to be unpinned.
 */
export function readPaketLock(text: string): LockReading {
  const reading = new Reading();
  let [group, section] = ["", ""];
  let open: { readonly name: string; readonly version: string; readonly needs: string[] } | null = null;
  const close = (): void => {
    if (open !== null)
      reading.add(
        group,
        open.name,
        open.version,
        null,
        Object.fromEntries(open.needs.map((name) => [name, ""])),
      );
    open = null;
  };
  for (const line of text.split(/\r?\n/)) {
    const written = line.trim();
    const [name = "", version = ""] = written.split(" ");
    if (written === "") continue;
    if (line.startsWith("      ")) {
      (open as { needs: string[] } | null)?.needs.push(name);
      continue;
    }
    close();
    if (!line.startsWith(" ")) {
      if (name === "GROUP") group = written;
      section = name;
    } else if (line.startsWith("    ") && section === "NUGET") {
      open = { name, version: version.replace(/^\(|\)$/g, ""), needs: [] };
    } else if (line.startsWith("    ") && otherSources.has(section)) {
      reading.complaints.push({
        code: "DEPENDENCY_UNPINNED",
        message: `${written.slice(0, 200)} comes from ${section} and has no version`,
      });
    }
  }
  close();
  return reading;
}

const otherSources: ReadonlySet<string> = new Set(["GITHUB", "GIST", "GIT", "HTTP"]);
