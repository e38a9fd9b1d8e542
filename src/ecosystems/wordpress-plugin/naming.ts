/** How Plugins of WordPress are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const wordpressPluginNaming: EcosystemNaming = {
  id: "wordpress-plugin",
  version: 1,
  scheme: "composer",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "wordpress-plugin", name, version, by: "package" }];
}
