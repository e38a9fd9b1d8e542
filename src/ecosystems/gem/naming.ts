/** How Ruby gems are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import { purlQualifier } from "../shared/purl.ts";
import type { EcosystemNaming } from "../types.ts";

export const gemNaming: EcosystemNaming = {
  id: "gem",
  version: 2,
  scheme: "gem",
  lookUp,
};

/** A gem without a platform may be run by any Ruby: advisories that are limited to JRuby (`java`) may or may not hold it. */
function lookUp({ name, version, purl }: Package): readonly AdvisoryKey[] {
  if (version === "") return [];
  return [{ space: "gem", name, version, by: "package", system: purlQualifier(purl, "platform") }];
}
