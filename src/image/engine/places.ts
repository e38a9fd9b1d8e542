/**
 * Where the engines of this machine listen: by DOCKER_HOST, CONTAINER_HOST and Docker's contexts, else at the usual sockets.
 */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { printable } from "../../domain/problem.ts";
import type { HttpRoute } from "../../io/http-route.ts";
import { OciError } from "../../oci/error.ts";
import { asObject, asOptionalText, type JsonObject, parseJsonObject } from "../../oci/json.ts";
import type { LocalAccess } from "../types.ts";

/** Docker's API, which Podman serves too; or Podman's own (libpod), which knows names without a registry as Podman does. */
export type EngineApi = "docker" | "libpod";

export interface EnginePlace {
  readonly api: EngineApi;
  /** `http://localhost` for sockets, `https://build.example.com:2376`. */
  readonly baseUrl: string;
  readonly route: HttpRoute | null;
  /** For people: `unix:///var/run/docker.sock`. */
  readonly name: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const fileBytesMax = 1024 ** 2;

/**
 * The engines to ask, first to be asked first. Sockets at the usual places count only where there is one; what is named by a
 * setting always does, and then nothing else does.
 * @throws OciError SOURCE_UNSUPPORTED for ssh:// and other ways, CONFIG_INVALID for a context that is not there or broken
 */
export async function enginePlaces({ env, home }: LocalAccess): Promise<readonly EnginePlace[]> {
  const docker = env["DOCKER_HOST"] || null;
  const podman = env["CONTAINER_HOST"] || null;
  const named = [
    ...(docker === null ? [] : [await placeOf("docker", docker, env, home)]),
    ...(podman === null ? [] : [await placeOf("libpod", podman, env, home)]),
  ];
  if (named.length > 0) return named;
  const config = env["DOCKER_CONFIG"] || join(home, ".docker");
  const context = env["DOCKER_CONTEXT"] || (await currentContext(join(config, "config.json")));
  if (context !== null && context !== "default") return [await placeOfContext(config, context)];
  const runtime = env["XDG_RUNTIME_DIR"];
  const usual: readonly (readonly [EngineApi, string])[] = [
    ["docker", "/var/run/docker.sock"],
    ...(runtime ? ([["docker", join(runtime, "docker.sock")]] as const) : []),
    ...(runtime ? ([["libpod", join(runtime, "podman/podman.sock")]] as const) : []),
    ["libpod", "/run/podman/podman.sock"],
  ];
  const found = await Promise.all(
    usual.map(async ([api, path]) => ((await isSocket(path)) ? [unix(api, path)] : [])),
  );
  return found.flat();
}

async function isSocket(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isSocket() === true;
}

function unix(api: EngineApi, socketPath: string): EnginePlace {
  return { api, baseUrl: "http://localhost", route: { socketPath }, name: `unix://${socketPath}` };
}

async function placeOf(api: EngineApi, host: string, env: Environment, home: string): Promise<EnginePlace> {
  const certificates = env["DOCKER_CERT_PATH"] || (env["DOCKER_TLS_VERIFY"] ? join(home, ".docker") : null);
  return parseHost(api, host, api === "docker" ? certificates : null);
}

/** `unix:///run/docker.sock`, `tcp://host:2375`; with a folder of ca.pem, cert.pem and key.pem by TLS. */
async function parseHost(api: EngineApi, host: string, certificates: string | null): Promise<EnginePlace> {
  if (host.startsWith("unix://")) return unix(api, host.slice("unix://".length));
  const url = /^(?:tcp|https?):\/\//.test(host) ? URL.parse(host.replace(/^tcp:/, "http:")) : null;
  if (url === null || url.username !== "" || url.password !== "") {
    const scheme = printable(/^([a-z]{1,20}):\/\//.exec(host)?.[1] ?? "without a scheme", 40);
    throw new OciError(
      "SOURCE_UNSUPPORTED",
      `Engines are spoken to by unix:// and tcp://, not by ${scheme}; ssh -L can bring a distant socket here.`,
      { details: { scheme } },
    );
  }
  const isSecure = certificates !== null || url.protocol === "https:";
  const port = url.port === "" ? (isSecure ? "2376" : "2375") : url.port;
  const address = `${url.hostname}:${port}`;
  const route = certificates === null ? null : await readCertificates(certificates);
  return { api, route, baseUrl: `${isSecure ? "https" : "http"}://${address}`, name: `tcp://${address}` };
}

async function readCertificates(folder: string): Promise<HttpRoute> {
  const read = (name: string): Promise<string | null> => readText(join(folder, name));
  const [ca, cert, key] = [await read("ca.pem"), await read("cert.pem"), await read("key.pem")];
  return {
    ...(ca === null ? {} : { ca }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
  };
}

async function currentContext(path: string): Promise<string | null> {
  const text = await readText(path);
  if (text === null) return null;
  return guarded(path, () => asOptionalText(parseFile(text)["currentContext"], "currentContext"));
}

/** Contexts are kept in a folder named by the sha256 of their name. */
async function placeOfContext(config: string, name: string): Promise<EnginePlace> {
  const id = createHash("sha256").update(name).digest("hex");
  const path = join(config, "contexts", "meta", id, "meta.json");
  const text = await readText(path);
  if (text === null)
    throw new OciError("CONFIG_INVALID", `There is no Docker context ${printable(name, 100)}.`, {
      details: { path },
    });
  const host = guarded(path, () => {
    const endpoints = asObject(parseFile(text)["Endpoints"], "Endpoints");
    return asOptionalText(asObject(endpoints["docker"], "Endpoints.docker")["Host"], "Host");
  });
  if (host === null)
    throw new OciError("CONFIG_INVALID", `${printable(path)} names no host.`, { details: { path } });
  const certificates = join(config, "contexts", "tls", id, "docker");
  const hasCertificates = (await stat(certificates).catch(() => null)) !== null;
  return parseHost("docker", host, hasCertificates ? certificates : null);
}

function parseFile(text: string): JsonObject {
  return parseJsonObject(Buffer.from(text), "file", fileBytesMax);
}

/** What is wrong with a file of Docker's, without its text: it may hold sign-ins. */
function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof OciError)) throw error;
    throw new OciError("CONFIG_INVALID", `${printable(path)} is not valid (${error.code}).`, {
      details: { path },
    });
  }
}

/** Null when there is no such file. @throws OciError CONFIG_INVALID */
async function readText(path: string): Promise<string | null> {
  try {
    if ((await stat(path)).size <= fileBytesMax) return await readFile(path, "utf8");
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw new OciError("CONFIG_INVALID", `${printable(path)} cannot be read.`, { cause, details: { path } });
  }
  throw new OciError("CONFIG_INVALID", `${printable(path)} is larger than ${fileBytesMax} bytes.`, {
    details: { path },
  });
}
