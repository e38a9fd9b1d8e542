/**
 * Versions of conda packages, as conda orders them (`VersionOrder`). The build string is no part of the version.
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareConda } from "./order.ts";
import { readCondaVersion } from "./version.ts";

const read = remember(readCondaVersion);

export const conda: VersionScheme = Object.freeze({
  id: "conda",
  title: "Versions of conda packages",
  specs: [
    "https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html#version-ordering",
    "https://github.com/conda/ceps/blob/main/cep-0033.md",
  ],
  version: 1,
  compare: (a: string, b: string) => compareConda(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readCondaVersion throws for one reason only.
    return false;
  }
}
