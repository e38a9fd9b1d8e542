/** Registries, for writing (OCI distribution specification 1.1, "Push"). */
import { httpRequest, type HttpResponse } from "../io/http.ts";
import type { RegistryClientOptions, RepositoryName } from "./registry-options.ts";
import { digestOf } from "./digest.ts";
import { mayAsk } from "./registry-address.ts";
import { protocolError, refusal } from "./registry-failure.ts";
import { createSender, nameOf, type Send } from "./registry-sender.ts";

/** Every method throws OciError: REGISTRY_…, CREDENTIALS_INVALID. */
export interface RegistryWriter {
  hasBlob(repository: RepositoryName, digest: string): Promise<boolean>;
  /** Resolves to the blob's digest, once the registry has it. */
  putBlob(repository: RepositoryName, bytes: Uint8Array): Promise<string>;
  /** Under a tag; resolves to its digest. Its blobs are there already. */
  putManifest(repository: RepositoryName, tag: string, bytes: Uint8Array, mediaType: string): Promise<string>;
  /** Under its digest, with a subject. Whether the registry lists it among the subject's referrers by itself. */
  putReferrer(repository: RepositoryName, bytes: Uint8Array, mediaType: string): Promise<PutReferrer>;
}

export interface PutReferrer {
  readonly digest: string;
  readonly isListed: boolean;
}

/** Mirrors are for reading and are not asked. */
export function createRegistryWriter(options: RegistryClientOptions): RegistryWriter {
  const send = createSender({ ...options, mirrors: {} }, "pull,push");
  return {
    async hasBlob(repository, digest) {
      const target = `/v2/${repository.path}/blobs/${digest}`;
      const request = { method: "HEAD", target, asked: nameOf(repository, digest) } as const;
      const response = await send(repository, request, [200, 404]);
      await response.discard();
      return response.status === 200;
    },
    async putBlob(repository, bytes) {
      const digest = digestOf(bytes);
      const asked = nameOf(repository, digest);
      const target = `/v2/${repository.path}/blobs/uploads/`;
      const opened = await send(repository, { method: "POST", target, asked }, [202]);
      await opened.discard();
      await upload(send, options, { repository, opened, digest, bytes, asked });
      return digest;
    },
    putManifest: async (repository, tag, bytes, mediaType) =>
      (await putManifest(send, repository, tag, { bytes, mediaType })).digest,
    async putReferrer(repository, bytes, mediaType) {
      const put = await putManifest(send, repository, digestOf(bytes), { bytes, mediaType });
      return { digest: put.digest, isListed: put.subject !== undefined };
    },
  };
}

async function putManifest(
  send: Send,
  repository: RepositoryName,
  reference: string,
  { bytes, mediaType }: { readonly bytes: Uint8Array; readonly mediaType: string },
): Promise<{ readonly digest: string; readonly subject: string | undefined }> {
  const asked = nameOf(repository, reference);
  const target = `/v2/${repository.path}/manifests/${reference}`;
  const headers = { "content-type": mediaType };
  const response = await send(repository, { method: "PUT", target, asked, headers, body: bytes }, [201]);
  await response.discard();
  const digest = digestOf(bytes);
  const stored = response.headers["docker-content-digest"] ?? digest;
  if (stored !== digest) throw protocolError(`another digest than ${asked} has`, { stored, digest });
  return { digest, subject: response.headers["oci-subject"] };
}

interface Upload {
  readonly repository: RepositoryName;
  /** The answer that says where to. */
  readonly opened: HttpResponse;
  readonly digest: string;
  readonly bytes: Uint8Array;
  readonly asked: string;
}

/** In one piece. A place on another host is written to without the registry's sign-in. */
async function upload(
  send: Send,
  { insecureRegistries, signal, limits }: RegistryClientOptions,
  { repository, opened, digest, bytes, asked }: Upload,
): Promise<void> {
  const place = URL.parse(opened.headers["location"] ?? "", opened.url);
  if (place === null) throw protocolError("an upload without a place");
  place.searchParams.set("digest", digest);
  const headers = { "content-type": "application/octet-stream" };
  if (place.origin === new URL(opened.url).origin) {
    const target = `${place.pathname}${place.search}`;
    const response = await send(repository, { method: "PUT", target, asked, headers, body: bytes }, [201]);
    return response.discard();
  }
  const response = await httpRequest({
    url: place.href,
    method: "PUT",
    headers,
    body: bytes,
    signal,
    ...(limits !== undefined && { limits }),
    isAllowed: (url) => mayAsk(url, insecureRegistries),
  });
  if (response.status !== 201) throw await refusal(response, asked, null);
  await response.discard();
}
