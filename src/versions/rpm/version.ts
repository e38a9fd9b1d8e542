/**
 * The parts of an RPM version, `[epoch:]version[-release]`, cut as rpmverParse does.
 */
import { invalidVersion } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

export interface RpmVersion {
  /** Digits; `0` when not written. */
  readonly epoch: string;
  readonly version: string;
  /** After the last hyphen; null when there is none. */
  readonly release: string | null;
}

/** Takes `1:2.3-4.el9` apart. rpm refuses the empty version alone. @throws VersionError VERSION_INVALID */
export function readRpmVersion(text: string): RpmVersion {
  if (text.length > versionLengthMax) throw invalidVersion("rpm", text, "it is too long");
  if (text === "") throw invalidVersion("rpm", text, "it is empty");
  // Digits before a colon; a colon after anything else is part of the version.
  const epochEnd = EPOCH.exec(text)?.[0].length ?? 0;
  const epoch = text.slice(0, Math.max(0, epochEnd - 1));
  const rest = text.slice(epochEnd);
  const hyphen = rest.lastIndexOf("-");
  return {
    epoch: epoch === "" ? "0" : epoch,
    version: hyphen === -1 ? rest : rest.slice(0, hyphen),
    release: hyphen === -1 ? null : rest.slice(hyphen + 1),
  };
}

const EPOCH = /^[0-9]*:/;
