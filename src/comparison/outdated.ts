/** Packages against the newest versions of them. */
import type { VersionOrder } from "../domain/comparison.ts";
import type { NewestAnswer, OutdatedPackage } from "../domain/newest-version.ts";
import type { Package } from "../domain/package.ts";
import { upgradeStep } from "./upgrade.ts";

/** One package with the answer about it. A version that cannot be compared is `no_data`, never current. */
export function judgeAge(pkg: Package, answer: NewestAnswer, order: VersionOrder): OutdatedPackage {
  const none = { package: pkg, newest: null, from: null, step: null, reason: null };
  if (answer.kind === "no_data") return { ...none, status: "no_data", reason: answer.reason };
  const { newest, from } = answer;
  const older = order(pkg, pkg.version, newest.version);
  if (older === null)
    return { ...none, status: "no_data", newest, from, reason: "the versions cannot be compared" };
  if (older >= 0) return { ...none, status: "current", newest, from };
  return { ...none, status: "outdated", newest, from, step: upgradeStep(pkg, pkg.version, newest.version) };
}
