/**
 * Versions of Python packages (PEP 440), as `packaging.version.Version` orders them.
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { comparePep440 } from "./order.ts";
import { readPep440Version } from "./version.ts";

const read = remember(readPep440Version);

export const pep440: VersionScheme = Object.freeze({
  id: "pep440",
  title: "Python package versions (PEP 440)",
  specs: ["https://packaging.python.org/en/latest/specifications/version-specifiers/"],
  version: 1,
  compare: (a: string, b: string) => comparePep440(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readPep440Version throws for one reason only.
    return false;
  }
}
