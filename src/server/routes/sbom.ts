/** An image's SBOM as a file. It is written anew from the stored inventory, so that every format holds the same. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { PlimsollError } from "../../domain/error.ts";
import { sbomWriters } from "../../sbom/documents.ts";
import { inOrg } from "../../store/in-org.ts";
import { findCompressedDocument } from "../../store/stores/image-documents.ts";
import { findImage } from "../../store/views/image.ts";
import { orgRoute, type Route } from "../route.ts";
import { inPieces, makeSbom } from "../sbom-file.ts";
import { readInventoryInTurn } from "../turns.ts";

/** By the value of `format`: the id of its writer, and the ending of the file. */
const formats = {
  cyclonedx: { id: "cyclonedx", ending: "cdx.json" },
  "cyclonedx-xml": { id: "cyclonedx-xml", ending: "cdx.xml" },
  spdx: { id: "spdx", ending: "spdx.json" },
  "spdx-tag-value": { id: "spdx-tag-value", ending: "spdx" },
  spdx3: { id: "spdx3", ending: "spdx3.json" },
  native: { id: "json", ending: "sbom.json" },
} as const;

type FormatName = keyof typeof formats;
const formatNames = Object.keys(formats) as [FormatName, ...FormatName[]];

function mediaTypeOf(name: FormatName): string {
  return sbomWriters.find(({ id }) => id === formats[name].id)?.mediaType ?? "application/octet-stream";
}

export const sbomRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/images/{imageId}/sbom",
      permission: "download",
      summary: "SBOM of an image",
      tag: "Images",
      params: z.object({ imageId: uuid }),
      query: z.object({ format: z.enum(formatNames).default("cyclonedx") }),
      response: { mediaTypes: formatNames.map(mediaTypeOf) },
      problems: ["IMAGE_NOT_ANALYSED", "IMAGE_DOCUMENT_UNREADABLE", "RATE_LIMITED"],
    },
    ({ org, params: { imageId }, query }, parts) =>
      readInventoryInTurn(parts, async () => {
        const { store, version } = parts;
        const found = await inOrg(store, org.id, async (tx) => {
          const image = await findImage(tx, org.id, imageId);
          if (image === null) throw new PlimsollError("NOT_FOUND", "There is no such image.");
          return { digest: image.digest, document: await findCompressedDocument(tx, org.id, imageId) };
        });
        if (found.document === null) {
          throw new PlimsollError("IMAGE_NOT_ANALYSED", "There is no inventory of the image yet.");
        }
        const { id, ending } = formats[query.format];
        const { document } = found;
        const bytes = await makeSbom({ document, formatId: id, toolVersion: version });
        const name = `${found.digest.replace(":", "-")}.${ending}`;
        return new Response(inPieces(bytes), {
          headers: {
            "content-type": mediaTypeOf(query.format),
            "content-length": String(bytes.length),
            "content-disposition": `attachment; filename="${name}"`,
          },
        });
      }),
  ),
];
