/** An image's SBOM as a file. It is written anew from the stored inventory, so that every format holds the same. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { sbomFormat, sbomQuery, type SbomFormatName } from "../../api/rest/sbom.ts";
import { PlimsollError } from "../../domain/error.ts";
import { sbomWriters } from "../../sbom/documents.ts";
import { inOrg } from "../../store/in-org.ts";
import { findCompressedDocument } from "../../store/stores/image-documents.ts";
import { findImage } from "../../store/views/image.ts";
import { orgRoute, type Route } from "../route.ts";
import { inPieces, makeSbom } from "../sbom-file.ts";
import { readInventoryInTurn } from "../turns.ts";

/** The ending of the file, by format. */
const endings: Readonly<Record<SbomFormatName, string>> = {
  cyclonedx: "cdx.json",
  "cyclonedx@1.5": "cdx.json",
  "cyclonedx@1.7": "cdx.json",
  "cyclonedx-xml": "cdx.xml",
  "cyclonedx-xml@1.5": "cdx.xml",
  "cyclonedx-xml@1.7": "cdx.xml",
  spdx: "spdx.json",
  "spdx-tag-value": "spdx",
  spdx3: "spdx3.json",
  json: "sbom.json",
  list: "txt",
  github: "snapshot.json",
  "intoto-cyclonedx": "cdx.intoto.json",
  "intoto-spdx": "spdx.intoto.json",
};

function mediaTypeOf(name: SbomFormatName): string {
  return sbomWriters.find(({ id }) => id === name)?.mediaType ?? "application/octet-stream";
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
      query: sbomQuery,
      response: { mediaTypes: [...new Set(sbomFormat.options.map(mediaTypeOf))] },
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
        const { document } = found;
        const bytes = await makeSbom({ document, formatId: query.format, toolVersion: version });
        const name = `${found.digest.replace(":", "-")}.${endings[query.format]}`;
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
