/**
 * SPDX 2.3: writes JSON and tag-value, reads 2.2 and 2.3 in both of any tool.
 */
import { HOLDS_ALL_BUT_CONFIGURATION, type SbomFormat } from "../types.ts";
import { readSpdx, recognisesSpdx } from "./read.ts";
import { writeSpdx } from "./write.ts";
import { writeSpdxTagValue } from "./write-tag-value.ts";

const specs = ["https://spdx.github.io/spdx-spec/v2.3/"];

export const spdx: SbomFormat = Object.freeze({
  id: "spdx",
  aliases: ["spdx-json", "spdx@2.3", "spdx-json@2.3"],
  title: "SPDX 2.3 JSON",
  specs,
  version: 2,
  mediaType: "application/spdx+json",
  write: writeSpdx,
  variants: [
    {
      id: "spdx-tag-value",
      aliases: ["spdx-tv", "spdx-tag-value@2.3"],
      title: "SPDX 2.3 tag-value",
      specs,
      mediaType: "text/spdx",
      write: writeSpdxTagValue,
    },
  ],
  predicateType: "https://spdx.dev/Document",
  holds: HOLDS_ALL_BUT_CONFIGURATION,
  read: { recognises: recognisesSpdx, read: readSpdx },
} satisfies SbomFormat);
