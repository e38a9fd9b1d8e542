/** The SBOM of an image as a file: the formats that `plimsoll sbom --format` writes, by the same names. */
import { z } from "zod";

export const sbomFormat = z.enum([
  "cyclonedx",
  "cyclonedx@1.5",
  "cyclonedx@1.7",
  "cyclonedx-xml",
  "cyclonedx-xml@1.5",
  "cyclonedx-xml@1.7",
  "spdx",
  "spdx-tag-value",
  "spdx3",
  "json",
  "list",
  "github",
  "intoto-cyclonedx",
  "intoto-spdx",
]);
export type SbomFormatName = z.output<typeof sbomFormat>;

export const sbomQuery = z.object({ format: sbomFormat.default("cyclonedx") });
