/** How GitHub Actions are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const githubNaming: EcosystemNaming = {
  id: "github",
  version: 1,
  scheme: "semver",
  lookUp,
};

/** A commit has no place in the order of versions, so it cannot be looked up. */
function lookUp({ namespace, name, version }: Package): readonly AdvisoryKey[] {
  if (namespace === null || version === "" || COMMIT.test(version)) return [];
  return [{ space: "github", name: `${namespace}/${name}`, version, by: "package" }];
}

const COMMIT = /^[0-9a-f]{40}$|^[0-9a-f]{64}$/;
