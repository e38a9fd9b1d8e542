/**
 * The parts of Docker's Engine API and of Podman's libpod API that read images.
 */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import { httpRequest, type HttpResponse } from "../../io/http.ts";
import { OciError } from "../../oci/error.ts";
import {
  asList,
  asObject,
  asOptionalText,
  asText,
  asTexts,
  type JsonObject,
  parseJsonObject,
} from "../../oci/json.ts";
import type { EnginePlace } from "./places.ts";

/** An image as an engine lists it. */
export interface EngineImage {
  /** `sha256:…`: the digest of the config; of the index where Docker keeps images in containerd's store. */
  readonly id: string;
  /** `localhost/app:1`, names of Docker's hub as Docker writes them (`alpine:3.22`). */
  readonly names: readonly string[];
}

export interface InspectedImage extends EngineImage {
  readonly os: string;
  readonly architecture: string;
  readonly variant: string | null;
}

/** Every method throws OciError ENGINE_UNREACHABLE, ENGINE_FAILED; an abort throws the signal's reason. */
export interface EngineClient {
  /** By name, id or the beginning of an id; null when the engine has none such. */
  inspect(name: string): Promise<InspectedImage | null>;
  /** The one built last, dangling ones counted; null where there is no image. */
  findNewest(): Promise<EngineImage | null>;
  /** The image as a tar, as `docker save` writes it. */
  save(id: string): Promise<AsyncIterable<Uint8Array>>;
}

const documentBytesMax = 64 * 1024 ** 2;
const imagesMax = 100_000;
const namesMax = 10_000;

export function createEngineClient(
  place: EnginePlace,
  bytesMax: number,
  signal: AbortSignal | null,
): EngineClient {
  const prefix = place.api === "libpod" ? "/v4.0.0/libpod" : "";

  async function ask(target: string, bodyBytesMax: number): Promise<HttpResponse> {
    try {
      return await httpRequest({
        url: `${place.baseUrl}${prefix}${target}`,
        route: place.route,
        signal,
        // Podman begins to answer a save when the tar is ready.
        limits: {
          bodyBytesMax,
          redirectsMax: 0,
          retriesMax: 0,
          connectTimeoutMs: 5000,
          headersTimeoutMs: 600_000,
        },
      });
    } catch (error) {
      throw asEngineError(error, place);
    }
  }

  async function read(target: string): Promise<Uint8Array | null> {
    const response = await ask(target, documentBytesMax);
    if (response.status === 404) {
      await response.discard();
      return null;
    }
    if (response.status !== 200) throw await statusError(response, place);
    const pieces: Uint8Array[] = [];
    for await (const piece of translated(response.body, place)) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  return {
    async inspect(name) {
      const bytes = await read(`/images/${name.split("/").map(encodeURIComponent).join("/")}/json`);
      if (bytes === null) return null;
      return checked(place, () => inspectedImage(bytes));
    },
    async findNewest() {
      const bytes = await read("/images/json");
      if (bytes === null) return null;
      return checked(place, () => newestOf(bytes));
    },
    async save(id) {
      const format = place.api === "libpod" ? "?format=docker-archive" : "";
      const response = await ask(`/images/${encodeURIComponent(id)}/get${format}`, bytesMax);
      if (response.status !== 200) throw await statusError(response, place);
      return translated(response.body, place);
    },
  };
}

function inspectedImage(bytes: Uint8Array): InspectedImage {
  const document = parseJsonObject(bytes, "engine's image", documentBytesMax);
  return {
    ...imageOf(document),
    os: asText(document["Os"], "Os"),
    architecture: asText(document["Architecture"], "Architecture"),
    variant: asOptionalText(document["Variant"], "Variant"),
  };
}

/** The list is wrapped, to be read with the ceilings of all documents. */
function newestOf(bytes: Uint8Array): EngineImage | null {
  const wrapped = Buffer.concat([Buffer.from('{"images":'), bytes, Buffer.from("}")]);
  const document = parseJsonObject(wrapped, "engine's list of images", documentBytesMax + 16);
  let newest: { readonly image: JsonObject; readonly created: number } | null = null;
  for (const value of asList(document["images"], "images", imagesMax)) {
    const image = asObject(value, "image");
    const created = Math.max(0, Number(image["Created"]) || 0);
    if (newest === null || created > newest.created) newest = { image, created };
  }
  return newest === null ? null : imageOf(newest.image);
}

function imageOf(document: JsonObject): EngineImage {
  const id = asText(document["Id"], "Id");
  const hex = /^(?:sha256:)?([0-9a-f]{64})$/.exec(id)?.[1];
  if (hex === undefined) throw new OciError("DOCUMENT_INVALID", "The image's id is no digest.");
  const names = asTexts(document["RepoTags"], "RepoTags", namesMax);
  return { id: `sha256:${hex}`, names: names.filter((name) => name !== "" && !name.includes("<none>")) };
}

async function* translated(
  stream: AsyncIterable<Uint8Array>,
  place: EnginePlace,
): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    throw asEngineError(error, place);
  }
}

function checked<T>(place: EnginePlace, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof OciError)) throw cause;
    throw new OciError(
      "ENGINE_FAILED",
      `The engine at ${printable(place.name)} gave an answer of another kind: ${cause.message}`,
      {
        cause,
      },
    );
  }
}

async function statusError({ status, discard }: HttpResponse, place: EnginePlace): Promise<OciError> {
  await discard();
  return new OciError(
    "ENGINE_FAILED",
    `The engine at ${printable(place.name)} answered with status ${status}.`,
    {
      details: { engine: place.name, status },
    },
  );
}

function asEngineError(error: unknown, place: EnginePlace): unknown {
  if (!(error instanceof PlimsollError) || error.code !== "HTTP_FAILED") return error;
  const reason = String(error.details["reason"]);
  const hint = reason === "EACCES" ? ": this user may not use its socket" : ` (${reason})`;
  return new OciError(
    "ENGINE_UNREACHABLE",
    `The engine at ${printable(place.name)} cannot be spoken to${hint}.`,
    {
      cause: error,
      details: { engine: place.name, reason },
    },
  );
}
