/**
 * Packages that pip and setuptools bring along as copies, without metadata of their own: `pip/_vendor/vendor.txt`,
 * `setuptools/_vendor/vendored.txt`. No tool of Python lists them, yet they are there and run.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { decodeText, folderOf } from "../shared/text.ts";
import { pypiPackage } from "./pypi-package.ts";
import { readRequirementFile } from "./requirements.ts";

const lists = ["/_vendor/vendor.txt", "/_vendor/vendored.txt"];

/** pip's own file beside the list says whether a distribution took the copies out. */
const SWITCH = "/_vendor/__init__.py";

export function isVendorFile(path: string): boolean {
  return lists.some((end) => path.endsWith(end)) || path.endsWith(`pip${SWITCH}`);
}

export function readVendored(
  files: readonly WantedFile[],
  byPath: ReadonlyMap<string, WantedFile>,
): readonly Package[] {
  return files.flatMap((file) => {
    if (!lists.some((end) => file.path.endsWith(end))) return [];
    const start = byPath.get(`${folderOf(file.path)}/__init__.py`);
    if (start !== undefined && DEBUNDLED.test(decodeText(start.bytes))) return [];
    const { requirements } = readRequirementFile(decodeText(file.bytes));
    return requirements.flatMap(({ name, version }) => {
      if (name === null || version === null) return [];
      const facts = { name, version, licenses: [], author: null, description: null, requires: [] };
      return [pypiPackage(facts, file)];
    });
  });
}

const DEBUNDLED = /^DEBUNDLED = True/m;
