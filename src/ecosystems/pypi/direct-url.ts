/**
 * `direct_url.json` (https://packaging.python.org/en/latest/specifications/direct-url/): where a distribution came from when it was
 * asked for by address, and not by name and version from an index.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { PackageDigest } from "../../domain/package.ts";
import type { Problem } from "../../domain/problem.ts";
import { hexDigest } from "../shared/digests.ts";
import { fileProblem } from "../shared/problems.ts";
import { decodeText } from "../shared/text.ts";
import { gitUrl } from "../shared/vcs-url.ts";

export interface Origin {
  readonly digests: readonly PackageDigest[];
  readonly vcsUrl: string | null;
}

const unknown: Origin = { digests: [], vcsUrl: null };

export function readDirectUrl(file: WantedFile | undefined, problems: Problem[]): Origin {
  if (file === undefined) return unknown;
  let document: unknown;
  try {
    document = JSON.parse(decodeText(file.bytes));
  } catch {
    const message = "where the package came from cannot be read";
    problems.push(fileProblem("PARSE_FAILED", file, message));
    return unknown;
  }
  const fields = recordOf(document);
  const archive = recordOf(fields?.["archive_info"]);
  const vcs = recordOf(fields?.["vcs_info"]);
  const [url, commit] = [fields?.["url"], vcs?.["commit_id"]];
  const isGit = vcs?.["vcs"] === "git" && typeof url === "string" && typeof commit === "string";
  // `hash` (`sha256=…`) is the older form of `hashes`.
  const [algorithm = "", value] = typeof archive?.["hash"] === "string" ? archive["hash"].split("=", 2) : [];
  const digests = [...Object.entries(recordOf(archive?.["hashes"]) ?? {}), [algorithm, value] as const];
  return {
    digests: digests.map(([name, hex]) => hexDigest(name, hex)).filter((digest) => digest !== null),
    vcsUrl: isGit ? gitUrl(url, commit) : null,
  };
}
