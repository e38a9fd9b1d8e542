/**
 * The parts of an Arch Linux version, `[epoch:]pkgver-pkgrel` (PKGBUILD(5)).
 *
 * Refused is what makepkg refuses to build, and what pacman's comparison has no order for: a version without a release, which
 * it takes for equal to every release, and one that starts or ends with a separator (1. < 1.0 < 1..a < 1.).
 */
import { invalidVersion, type VersionError } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

export interface AlpmVersion {
  /** Digits; `0` when not written. */
  readonly epoch: string;
  readonly version: string;
  /** `1`, or `1.2` of rebuilds. */
  readonly release: string;
}

/** Takes `1:2.3-4` apart. @throws VersionError VERSION_INVALID */
export function readAlpmVersion(text: string): AlpmVersion {
  if (text.length > versionLengthMax) throw refuse(text, "it is too long");
  const parts = PARTS.exec(text);
  if (parts === null) throw refuse(text, "it is not written [epoch:]version-release");
  const [, epoch = "0", version = "", release = ""] = parts;
  return { epoch, version, release };
}

function refuse(text: string, why: string): VersionError {
  return invalidVersion("alpm", text, why);
}

// In between: printable ASCII without blank, colon, slash and hyphen.
const PARTS = /^(?:([0-9]+):)?([A-Za-z0-9]|[A-Za-z0-9][!-,.0-9;-~]*[A-Za-z0-9])-([0-9]+(?:\.[0-9]+)?)$/;
