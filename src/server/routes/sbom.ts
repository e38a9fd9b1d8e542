/** An image's SBOM as a file. It is written anew from the stored inventory, so that every format holds the same. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { PlimsollError } from "../../domain/error.ts";
import { cyclonedx, native, spdx } from "../../sbom/all.ts";
import type { SbomFormat, SbomSubject } from "../../sbom/types.ts";
import { inOrg } from "../../store/in-org.ts";
import { findDocument } from "../../store/stores/image-documents.ts";
import { findImage } from "../../store/views/image.ts";
import { orgRoute, type Route } from "../route.ts";
import { readInventoryInTurn } from "../turns.ts";

/** By the value of `format`, with the ending of the file. */
const formats = {
  cyclonedx: { format: cyclonedx, ending: "cdx.json" },
  spdx: { format: spdx, ending: "spdx.json" },
  native: { format: native, ending: "sbom.json" },
} as const satisfies Record<string, { readonly format: SbomFormat; readonly ending: string }>;

export const sbomRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/images/{imageId}/sbom",
      permission: "download",
      summary: "SBOM of an image",
      tag: "Images",
      params: z.object({ imageId: uuid }),
      query: z.object({ format: z.enum(["cyclonedx", "spdx", "native"]).default("cyclonedx") }),
      response: { mediaTypes: Object.values(formats).map(({ format }) => format.mediaType) },
      problems: ["IMAGE_NOT_ANALYSED", "IMAGE_DOCUMENT_UNREADABLE", "RATE_LIMITED"],
    },
    ({ org, params: { imageId }, query }, parts) =>
      readInventoryInTurn(parts, async () => {
        const { store, version } = parts;
        const found = await inOrg(store, org.id, async (tx) => {
          const image = await findImage(tx, org.id, imageId);
          if (image === null) throw new PlimsollError("NOT_FOUND", "There is no such image.");
          return { digest: image.digest, document: await findDocument(tx, org.id, imageId) };
        });
        if (found.document === null) {
          throw new PlimsollError("IMAGE_NOT_ANALYSED", "There is no inventory of the image yet.");
        }
        const { format, ending } = formats[query.format];
        const text = format.write?.(readSubject(found.document, version)) ?? "";
        const name = `${found.digest.replace(":", "-")}.${ending}`;
        return new Response(text, {
          headers: {
            "content-type": format.mediaType,
            "content-disposition": `attachment; filename="${name}"`,
          },
        });
      }),
  ),
];

/** The stored document has the layout of a native one, with what only the line needs beside it. */
function readSubject(document: Buffer, toolVersion: string): SbomSubject {
  try {
    const read = native.read?.read(JSON.parse(document.toString("utf8")) as unknown);
    if (read === undefined || read.image === null) throw new TypeError("it names no image");
    return { image: read.image, sbom: read.sbom, toolVersion };
  } catch (cause) {
    throw new PlimsollError("IMAGE_DOCUMENT_UNREADABLE", "The stored inventory cannot be read.", { cause });
  }
}
