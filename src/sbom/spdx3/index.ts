/**
 * SPDX 3.0.1 as JSON-LD: writes, and reads what is needed of an inventory.
 */
import { HOLDS_ALL_BUT_CONFIGURATION, type SbomFormat } from "../types.ts";
import { readSpdx3, recognisesSpdx3 } from "./read.ts";
import { writeSpdx3 } from "./write.ts";

export const spdx3: SbomFormat = Object.freeze({
  id: "spdx3",
  aliases: ["spdx3-json", "spdx@3.0", "spdx-json@3.0"],
  title: "SPDX 3.0 JSON-LD",
  specs: ["https://spdx.github.io/spdx-spec/v3.0.1/", "https://spdx.org/schema/3.0.1/spdx-json-schema.json"],
  version: 1,
  mediaType: "application/spdx+json; version=3.0.1",
  variants: [],
  predicateType: null,
  holds: HOLDS_ALL_BUT_CONFIGURATION,
  write: writeSpdx3,
  read: { recognises: recognisesSpdx3, read: readSpdx3 },
} satisfies SbomFormat);
