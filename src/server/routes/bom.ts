/**
 * Where clients of Dependency-Track send BOMs, at the addresses that they know: `PUT` and `POST /api/v1/bom`, and the routes that tell
 * whether one was read. The organisation is the token's. Facts: https://docs.dependencytrack.org/usage/cicd/ and its OpenAPI document.
 */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { bomAnswer, bomProgress, bomRequest } from "../../api/rest/uploads.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Store } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findUpload } from "../../store/views/uploads.ts";
import type { Caller } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import { readBytes, checkText } from "../read-request.ts";
import { requestInvalid, RequestInvalidError } from "../problem.ts";
import { orgRoute, type Route } from "../route.ts";
import {
  takeSbom,
  UPLOAD_BYTES_MAX,
  UPLOAD_REQUEST_BYTES_MAX,
  type AskedProject,
} from "../uploads/take-sbom.ts";

const tag = "Uploads";
const params = z.object({ uploadId: uuid });
const uploading = {
  permission: "analyse",
  tag,
  response: bomAnswer,
  problems: ["PROJECT_UNKNOWN", "REPOSITORY_NOT_ENABLED", "RATE_LIMITED"],
} as const;
const asking = { method: "get", permission: "analyse", tag, params, response: bomProgress } as const;

export const bomRoutes: readonly Route[] = [
  orgRoute(
    {
      ...uploading,
      method: "put",
      path: "/orgs/{org}/bom",
      alsoAt: "/api/v1/bom",
      summary:
        "Upload an SBOM as clients of Dependency-Track do; also at /api/v1/bom, with a token as X-Api-Key",
      body: bomRequest,
      bodyBytesMax: UPLOAD_REQUEST_BYTES_MAX,
    },
    ({ org, caller, body }, parts) => take(parts, org.id, caller, body, Buffer.from(body.bom, "base64")),
  ),
  orgRoute(
    {
      ...uploading,
      method: "post",
      path: "/orgs/{org}/bom",
      alsoAt: "/api/v1/bom",
      summary:
        "The same as a form (multipart/form-data) with the SBOM as a file in `bom`; also at /api/v1/bom",
    },
    async ({ org, caller, request }, parts) => {
      const form = await readForm(request);
      return take(parts, org.id, caller, form.asked, form.document);
    },
  ),
  ...["/orgs/{org}/bom/token/{uploadId}", "/orgs/{org}/event/token/{uploadId}"].map((path) =>
    orgRoute(
      {
        ...asking,
        path,
        alsoAt: path.replace("/orgs/{org}", "/api/v1"),
        summary: "Whether an uploaded SBOM still waits to be read, as clients of Dependency-Track ask",
      },
      async ({ org, params: { uploadId } }, { store }) => ({
        processing: await isWaiting(store, org.id, uploadId),
      }),
    ),
  ),
];

type Asked = Omit<z.output<typeof bomRequest>, "bom">;

async function take(
  parts: Pick<ServerParts, "store" | "queue">,
  orgId: string,
  caller: Caller,
  asked: Asked,
  document: Uint8Array,
): Promise<z.output<typeof bomAnswer>> {
  const { uploadId } = await takeSbom(parts, { orgId, caller, project: projectOf(asked), document });
  return { token: uploadId };
}

/** @throws RequestInvalidError when neither an id nor a name is told */
function projectOf({ project, projectName, projectVersion, autoCreate }: Asked): AskedProject {
  if (typeof project === "string") return { kind: "id", id: project };
  if (typeof projectName === "string") {
    return { kind: "name", name: projectName, version: projectVersion ?? "", creates: autoCreate === true };
  }
  throw new RequestInvalidError("The request names no project.", [
    { path: "projectName", message: "name the project, or give the id that it got" },
  ]);
}

/** @throws PlimsollError REQUEST_TOO_LARGE, REQUEST_INVALID */
async function readForm(request: Request): Promise<{ readonly asked: Asked; readonly document: Uint8Array }> {
  const type = request.headers.get("content-type") ?? "";
  if (!/^multipart\/form-data\s*;/i.test(type))
    throw new RequestInvalidError("The body of the request must be multipart/form-data.");
  const bytes = await readBytes(request, UPLOAD_BYTES_MAX + FORM_FIELDS_BYTES_MAX);
  let form: FormData;
  try {
    form = await new Response(Buffer.from(bytes), { headers: { "content-type": type } }).formData();
  } catch (cause) {
    throw new RequestInvalidError("The form of the request cannot be read.", [], { cause });
  }
  const text = (name: string): string | undefined => {
    const value = form.get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const fields = {
    project: text("project"),
    projectName: text("projectName"),
    projectVersion: text("projectVersion"),
    autoCreate: text("autoCreate")?.toLowerCase() === "true",
  };
  checkText(fields);
  const asked = bomRequest.omit({ bom: true }).safeParse(fields);
  if (!asked.success) throw requestInvalid("body", asked.error);
  const bom = form.get("bom");
  // Some clients send the document as a field, and not as a file.
  const document =
    bom === null
      ? new Uint8Array()
      : typeof bom === "string"
        ? new TextEncoder().encode(bom)
        : new Uint8Array(await bom.arrayBuffer());
  return { asked: asked.data, document };
}

const FORM_FIELDS_BYTES_MAX = 64 * 1024;

/** @throws PlimsollError NOT_FOUND */
async function isWaiting(store: Store, orgId: string, uploadId: string): Promise<boolean> {
  const found = await inOrg(store, orgId, (tx) => findUpload(tx, orgId, uploadId));
  if (found === null) throw new PlimsollError("NOT_FOUND", "There is no such upload.");
  return found.state === "queued";
}
