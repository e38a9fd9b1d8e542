/** A real registry (Debian's docker-registry) on a free loopback port, with its data in a folder that the caller removes. */
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

export interface LocalRegistry {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** Puts blobs and then a manifest into a repository, by the distribution API. `reference`: tag or digest. */
  push(path: string, reference: string, pushed: PushedManifest): Promise<void>;
  stop(): Promise<void>;
}

export interface PushedManifest {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly blobs: ReadonlyMap<string, Uint8Array>;
}

export interface RegistryUser {
  readonly user: string;
  readonly password: string;
  /** Line of an htpasswd file with the bcrypt hash of the password. */
  readonly htpasswd: string;
}

/** Starts it and waits until it answers. With `only`, everybody else is refused. `settings`: more lines of its config.yml. */
export async function startRegistry(
  folder: string,
  only: RegistryUser | null = null,
  settings = "",
  wantedPort = 0,
): Promise<LocalRegistry> {
  mkdirSync(folder, { recursive: true });
  const port = wantedPort === 0 ? await freePort() : wantedPort;
  const host = `127.0.0.1:${port}`;
  const config = join(folder, "config.yml");
  writeFileSync(
    config,
    `version: 0.1
log: { level: error }
storage: { filesystem: { rootdirectory: ${join(folder, "data")} } }
http: { addr: "${host}" }
${settings}${only === null ? "" : `auth: { htpasswd: { realm: "local registry", path: ${join(folder, "htpasswd")} } }\n`}`,
  );
  if (only !== null) writeFileSync(join(folder, "htpasswd"), `${only.htpasswd}\n`);
  const signIn =
    only === null
      ? {}
      : { authorization: `Basic ${Buffer.from(`${only.user}:${only.password}`).toString("base64")}` };
  const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  for (let attempt = 0; attempt < 100; attempt++) {
    const answer = await fetch(`http://${host}/v2/`).catch(() => null);
    if (answer !== null) {
      await answer.body?.cancel();
      return {
        host,
        push: (path, reference, pushed) => push(`http://${host}/v2/${path}`, reference, pushed, signIn),
        stop: async () => {
          child.kill("SIGKILL");
          await ended;
        },
      };
    }
    await pause(100);
  }
  child.kill("SIGKILL");
  throw new Error("the registry did not start");
}

async function push(
  repository: string,
  reference: string,
  { bytes, mediaType, blobs }: PushedManifest,
  signIn: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [digest, blob] of blobs) {
    const started = await send("POST", `${repository}/blobs/uploads/`, null, signIn, 202);
    const place = new URL(started.headers.get("location") ?? "", repository);
    place.searchParams.set("digest", digest);
    await send("PUT", place.href, blob, { ...signIn, "content-type": "application/octet-stream" }, 201);
  }
  await send(
    "PUT",
    `${repository}/manifests/${reference}`,
    bytes,
    { ...signIn, "content-type": mediaType },
    201,
  );
}

async function send(
  method: string,
  url: string,
  body: Uint8Array | null,
  headers: Readonly<Record<string, string>>,
  expected: number,
): Promise<Response> {
  const answer = await fetch(url, { method, headers, body: body === null ? null : Buffer.from(body) });
  const text = await answer.text();
  if (answer.status === expected) return answer;
  throw new Error(`${method} ${url} answered ${answer.status}: ${text}`);
}

/** A port of loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? done(address.port) : failed(new Error("no port")),
      );
    });
  });
}
