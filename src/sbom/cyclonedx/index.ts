/**
 * CycloneDX JSON: writes 1.6, reads 1.4 to 1.6 of any tool.
 */
import type { SbomFormat } from "../types.ts";
import { readCycloneDx, recognisesCycloneDx } from "./read.ts";
import { writeCycloneDx } from "./write.ts";

export const cyclonedx: SbomFormat = Object.freeze({
  id: "cyclonedx",
  title: "CycloneDX 1.6 JSON",
  specs: ["https://cyclonedx.org/docs/1.6/json/"],
  version: 1,
  mediaType: "application/vnd.cyclonedx+json; version=1.6",
  write: writeCycloneDx,
  read: { recognises: recognisesCycloneDx, read: readCycloneDx },
});
