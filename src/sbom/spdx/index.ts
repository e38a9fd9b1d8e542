/**
 * SPDX JSON: writes 2.3, reads 2.2 and 2.3 of any tool.
 */
import type { SbomFormat } from "../types.ts";
import { readSpdx, recognisesSpdx } from "./read.ts";
import { writeSpdx } from "./write.ts";

export const spdx: SbomFormat = Object.freeze({
  id: "spdx",
  title: "SPDX 2.3 JSON",
  specs: ["https://spdx.github.io/spdx-spec/v2.3/"],
  version: 1,
  mediaType: "application/spdx+json",
  write: writeSpdx,
  read: { recognises: recognisesSpdx, read: readSpdx },
});
