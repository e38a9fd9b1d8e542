/** How Lua modules of LuaRocks are named, versioned and looked up. */
import { lookUpByName } from "../shared/look-up.ts";
import type { EcosystemNaming } from "../types.ts";

export const luarocksNaming: EcosystemNaming = {
  id: "luarocks",
  version: 1,
  scheme: "dotted",
  lookUp: lookUpByName("luarocks"),
};
