/**
 * The parts of a Debian version (Debian policy 5.6.12).
 *
 * Accepted is what `dpkg --compare-versions` gives an answer for. That includes what dpkg only warns of (an upstream version
 * that starts with a letter, characters such as `_`), because such packages are installed in the field. Refused is what
 * dpkg refuses, and text outside printable ASCII, whose order dpkg leaves to the C library.
 */
import { invalidVersion, type VersionError } from "../error.ts";
import { versionLengthMax } from "../shared/limits.ts";

export interface DebVersion {
  /** 0 to 2147483647; 0 when not written. */
  readonly epoch: number;
  /** Between epoch and revision, never empty: `1.2.3`. */
  readonly upstream: string;
  /** After the last hyphen; empty when there is none, which equals `0` in order. */
  readonly revision: string;
}

/** Takes `1:2.3-4+deb12u1` apart. Blanks around it do not count. @throws VersionError VERSION_INVALID */
export function readDebVersion(text: string): DebVersion {
  if (text.length > versionLengthMax) throw refuse(text, "it is too long");
  const version = text.replace(BLANKS_AROUND, "");
  if (version === "") throw refuse(text, "it is empty");
  if (!PRINTABLE.test(version))
    throw refuse(text, "it holds blanks or characters other than printable ASCII");
  const colon = version.indexOf(":");
  const epoch = colon === -1 ? 0 : readEpoch(text, version.slice(0, colon));
  const rest = version.slice(colon + 1);
  if (rest === "") throw refuse(text, "nothing follows the colon");
  const hyphen = rest.lastIndexOf("-");
  if (hyphen === -1) return { epoch, upstream: rest, revision: "" };
  const upstream = rest.slice(0, hyphen);
  const revision = rest.slice(hyphen + 1);
  if (upstream === "") throw refuse(text, "the upstream version is empty");
  if (revision === "") throw refuse(text, "the revision is empty");
  return { epoch, upstream, revision };
}

function readEpoch(text: string, written: string): number {
  // dpkg reads the epoch with strtol, so a sign is allowed as long as the number is not negative.
  if (!EPOCH.test(written)) throw refuse(text, "the epoch is not a number");
  const epoch = Number(written);
  if (epoch < 0) throw refuse(text, "the epoch is negative");
  if (epoch > EPOCH_MAX) throw refuse(text, "the epoch is too big");
  return epoch === 0 ? 0 : epoch;
}

function refuse(text: string, why: string): VersionError {
  return invalidVersion("deb", text, why);
}

const BLANKS_AROUND = /^[ \t\n\v\f\r]+|[ \t\n\v\f\r]+$/g;
const PRINTABLE = /^[\x21-\x7e]+$/;
const EPOCH = /^[+-]?[0-9]+$/;
/** INT_MAX: dpkg keeps epochs in a C int. */
const EPOCH_MAX = 2_147_483_647;
