/** How Lua modules of LuaRocks are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import type { EcosystemNaming } from "../types.ts";

export const luarocksNaming: EcosystemNaming = {
  id: "luarocks",
  version: 1,
  scheme: "dotted",
  lookUp,
};

function lookUp({ name, version }: Package): readonly AdvisoryKey[] {
  return version === "" ? [] : [{ space: "luarocks", name, version, by: "package" }];
}
