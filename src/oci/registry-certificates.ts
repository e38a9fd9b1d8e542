/**
 * Certificates of single registries, as Docker and Podman keep them: `certs.d/HOST/` with `*.crt` of authorities and
 * `client.cert` with `client.key` (docs.docker.com/engine/security/certificates/, containers-certs.d(5)).
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../domain/problem.ts";
import type { HttpRoute } from "../io/http-route.ts";
import { OciError } from "./error.ts";

const fileBytesMax = 1024 ** 2;

/** Folders that hold a folder a registry, first to be asked first. */
export function certificateFolders(
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): readonly string[] {
  const docker = env["DOCKER_CONFIG"] || join(home, ".docker");
  const config = env["XDG_CONFIG_HOME"] || join(home, ".config");
  return [
    join(docker, "certs.d"),
    join(config, "docker/certs.d"),
    join(config, "containers/certs.d"),
    "/etc/docker/certs.d",
    "/etc/containers/certs.d",
  ];
}

/** What of these folders is used: a client's certificate is a sign-in of whoever it was given to. */
export type CertificateUse = "all" | "authorities";

/**
 * The certificates for a registry, from the first folder that has any; null where none has. `host` as in references.
 * @throws OciError CONFIG_INVALID for a file that cannot be read, or a certificate without its key
 */
export async function registryRoute(
  host: string,
  folders: readonly string[],
  use: CertificateUse = "all",
): Promise<HttpRoute | null> {
  // A host is a name of a folder here, and nothing else.
  if (!/^[A-Za-z0-9._:[\]-]{1,300}$/.test(host) || /^\.+$/.test(host)) return null;
  for (const folder of folders) {
    const place = join(folder, host);
    if ((await stat(place).catch(() => null))?.isDirectory() !== true) continue;
    const ca = await readText(join(place, "ca.crt"));
    const isAll = use === "all";
    const cert = isAll ? await readText(join(place, "client.cert")) : null;
    const key = isAll ? await readText(join(place, "client.key")) : null;
    if ((cert === null) !== (key === null))
      throw invalid(place, "holds one of client.cert and client.key without the other");
    if (ca === null && cert === null) continue;
    return {
      ...(ca === null ? {} : { ca }),
      ...(cert === null ? {} : { cert }),
      ...(key === null ? {} : { key }),
    };
  }
  return null;
}

async function readText(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).size > fileBytesMax) throw invalid(path, `is larger than ${fileBytesMax} bytes`);
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof OciError) throw error;
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw invalid(path, "cannot be read");
  }
}

function invalid(path: string, why: string): OciError {
  return new OciError("CONFIG_INVALID", `${printable(path)} ${why}.`, { details: { path } });
}
