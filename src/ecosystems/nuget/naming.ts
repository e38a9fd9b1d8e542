/** How NuGet packages are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import { normaliseNugetName } from "../../versions/names.ts";
import type { EcosystemNaming } from "../types.ts";

export const nugetNaming: EcosystemNaming = {
  id: "nuget",
  version: 2,
  scheme: "nuget",
  lookUp,
};

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  return [{ space: "nuget", name: normaliseNugetName(pkg.name), version: pkg.version, by: "package" }];
}
