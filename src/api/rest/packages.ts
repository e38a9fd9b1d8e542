/** Packages over all images of an organisation: the list of them, and which images hold those of a name and version range. */
import { z } from "zod";
import { count, pageOf, pageQuery, textOrNull, uuid } from "./fields.ts";

const packageFields = {
  purl: z.string(),
  ecosystem: z.string(),
  namespace: textOrNull,
  name: z.string(),
  version: z.string(),
  distro: textOrNull.describe("`debian 12`; null: no distribution's"),
};

export const packageQuery = z.object({
  ...pageQuery,
  name: z.string().max(200).optional().describe("Start of the name, without its name space"),
  ecosystem: z.string().max(50).optional().describe("Type of its package URL: `npm`"),
});
export const listedPackage = z.object({
  ...packageFields,
  imageCount: count.describe("Images of the organisation that hold it"),
  vulnerabilityCount: count.describe(
    "Vulnerabilities that affect it, or might, before statements and exceptions",
  ),
});
export const packagePage = pageOf(listedPackage);
export type ListedPackageView = z.output<typeof listedPackage>;

export const holdersQuery = z.object({
  pattern: z
    .string()
    .min(1)
    .max(500)
    .describe("As in policies: `log4j-core@<2.17.1`, `@types/*`, `pkg:deb/debian/openssh-*`"),
  environment: z.string().max(63).optional().describe("Only images that are recorded in it"),
});
export const holdersView = z.object({
  packages: z.array(
    z.object({
      ...packageFields,
      inRange: z
        .enum(["yes", "unknown"])
        .describe("unknown: its version cannot be compared with the range, so it may be in it"),
    }),
  ),
  imageCount: count.describe("Of all images; `images` holds at most 1,000, those with a tag first"),
  images: z.array(
    z.object({
      imageId: uuid,
      digest: z.string(),
      platform: textOrNull,
      repository: textOrNull,
      tags: z.array(z.string()),
      environments: z.array(z.string()),
      purls: z.array(z.string()).describe("Packages of the answer that it holds"),
      certain: z.boolean().describe("False: of every one of them it is unknown whether it is in the range"),
    }),
  ),
});
export type HoldersView = z.output<typeof holdersView>;
