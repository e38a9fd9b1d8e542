/**
 * Packages that a later layer removed. Nobody can run them, so they are shown where they are asked for and decide nothing:
 * totals, policies and gates are the same with and without `--all-layers`.
 */
import type { Package } from "./package.ts";

/** Whether a later layer removed the package that this is about. */
export function isRemoved({ package: pkg }: { readonly package: Package }): boolean {
  return pkg.removedIn !== undefined;
}
