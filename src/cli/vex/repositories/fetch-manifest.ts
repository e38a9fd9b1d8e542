/** Where the archive of a VEX repository lies, as its manifest tells, and how it is asked for. */
import { PlimsollError } from "../../../domain/error.ts";
import { isSafeAddress } from "../../../io/http-hosts.ts";
import { httpBytes, httpRequest, type HttpRequest } from "../../../io/http.ts";
import {
  DEFAULT_INTERVAL_MS,
  readRepositoryManifest,
  splitLocation,
  type RepositoryManifest,
} from "../../../vex/shared/repository-manifest.ts";
import { shownAddress, type ListedRepository } from "./listed.ts";

/** Nothing but https, as what it brings takes findings out of counts; plain http from this machine itself. */
export function asker(retriesMax: number): typeof httpRequest {
  return (request: HttpRequest) =>
    httpRequest({ ...request, isAllowed: isSafeAddress, limits: { ...request.limits, retriesMax } });
}

const MANIFEST_BYTES_MAX = 1024 ** 2;

/**
 * An address of an archive needs no manifest. With a mirror both lie below it, under their own file names.
 * @throws PlimsollError HTTP_FAILED, VEX_INVALID, VEX_REPOSITORY_INVALID
 */
export async function fetchManifest(
  { address, mirror }: ListedRepository,
  retriesMax: number,
): Promise<RepositoryManifest> {
  const direct = splitLocation(address);
  if (mirror === null && direct !== null && isArchive(direct.url))
    return { title: "", locations: [direct], intervalMs: DEFAULT_INTERVAL_MS };
  const url = mirror === null ? manifestAddress(address) : below(mirror, MANIFEST_NAME);
  const limits = { bodyBytesMax: MANIFEST_BYTES_MAX, retriesMax };
  const { bytes } = await httpBytes({ url, isAllowed: isSafeAddress, limits });
  const manifest = readRepositoryManifest(parseJson(bytes, `The manifest at ${shownAddress(url)}`));
  if (mirror === null) return manifest;
  const locations = manifest.locations.map(({ url: own, folder }) => ({
    url: below(mirror, new URL(own).pathname.split("/").at(-1) ?? ""),
    folder,
  }));
  return { ...manifest, locations };
}

const MANIFEST_NAME = "vex-repository.json";

function isArchive(url: string): boolean {
  return /\.(?:tar\.gz|tgz|tar\.bz2|tbz2|tar|zip)$/i.test(new URL(url).pathname);
}

/** In the main branch's root on GitHub, else below `/.well-known/`; an address that ends in `.json` is the manifest's own. */
function manifestAddress(address: string): string {
  const { hostname, pathname } = new URL(address);
  if (pathname.endsWith(".json")) return address;
  if (hostname === "github.com") return below(address, `raw/main/${MANIFEST_NAME}`);
  return below(address, `.well-known/${MANIFEST_NAME}`);
}

/** The address with a path below it; what it has of credentials stays. */
function below(address: string, path: string): string {
  const url = new URL(address);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/${path}`;
  return url.href;
}

/** @throws PlimsollError VEX_REPOSITORY_INVALID */
export function parseJson(bytes: Uint8Array, what: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw new PlimsollError("VEX_REPOSITORY_INVALID", `${what} is not valid JSON.`, { cause });
  }
}
