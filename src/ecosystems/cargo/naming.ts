/** How Rust crates are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const cargoNaming: EcosystemNaming = {
  id: "cargo",
  version: 1,
  scheme: "semver",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return [{ space: "cargo", name, version, by: "package" }];
}
