/** A real registry that speaks TLS with an authority of its own, asks for client certificates, and is reached by a proxy. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { freePort, startRegistry } from "../helpers/local-registry.ts";
import { buildImage } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runProcess } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("docker-registry", "openssl");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-registry-tls-"));
const closings: (() => Promise<void>)[] = [];
after(async () => {
  for (const close of closings) await close();
  rmSync(folder, { recursive: true, force: true });
});

const name = "registry.test";

test(
  "private authorities, client certificates and a proxy lead to the image; without them there is an error",
  { skip },
  async () => {
    const image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=alpine\n")] }] });
    const plain = await startRegistry(join(folder, "registry"));
    await plain.push("team/app", "1", {
      bytes: image.manifest,
      mediaType: image.manifestMediaType,
      blobs: image.blobs,
    });
    await plain.stop();
    makeCertificates();
    const port = await startSecure();
    const proxied: string[] = [];
    const proxy = await startProxy(port, proxied);
    const certificates = join(folder, "docker/certs.d", name);
    mkdirSync(certificates, { recursive: true });
    for (const [from, to] of [
      ["client.pem", "client.cert"],
      ["client.key", "client.key"],
    ] as const)
      execFileSync("cp", [join(folder, from), join(certificates, to)]);
    const env = {
      HOME: folder,
      PLIMSOLL_HOME: join(folder, "home"),
      DOCKER_HOST: "unix:///nonexistent",
      HTTPS_PROXY: proxy,
    };
    const run = (more: Readonly<Record<string, string>>) =>
      runProcess(["sbom", "--format", "json", `${name}/team/app:1`], { env: { ...env, ...more } });
    const good = await run({
      PLIMSOLL_CA_FILE: join(folder, "ca.pem"),
      DOCKER_CONFIG: join(folder, "docker"),
    });
    assert.equal(good.exitCode, 0, good.stderr);
    const document = JSON.parse(good.stdout) as {
      image: { source: string; digest: string };
      verification: unknown;
    };
    assert.equal(document.image.source, "registry");
    assert.equal(document.image.digest, image.manifestDigest);
    assert.deepEqual([...new Set(proxied)], [`${name}:443`]);
    const distrusted = await run({ DOCKER_CONFIG: join(folder, "docker") });
    assert.match(distrusted.stderr, /REGISTRY_UNREACHABLE/);
    const unknown = await run({ PLIMSOLL_CA_FILE: join(folder, "ca.pem") });
    assert.notEqual(unknown.exitCode, 0, "the registry let somebody in without a certificate");
    execFileSync("cp", [join(folder, "ca.pem"), join(certificates, "ca.crt")]);
    const ofHost = await run({ DOCKER_CONFIG: join(folder, "docker") });
    assert.equal(ofHost.exitCode, 0, ofHost.stderr);
  },
);

/** An authority, a server's certificate and a client's, all of this run. */
function makeCertificates(): void {
  const openssl = (...args: string[]): void => {
    execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  };
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  openssl(
    "req",
    "-x509",
    ...key,
    "-keyout",
    "ca.key",
    "-out",
    "ca.pem",
    "-subj",
    "/CN=authority",
    "-days",
    "2",
  );
  for (const [each, subject] of [
    ["server", name],
    ["client", "client"],
  ] as const) {
    openssl("req", ...key, "-keyout", `${each}.key`, "-out", `${each}.csr`, "-subj", `/CN=${subject}`);
    writeFileSync(join(folder, `${each}.ext`), `subjectAltName=DNS:${subject}\n`);
    const sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2"];
    openssl("x509", "-req", "-in", `${each}.csr`, ...sign, "-extfile", `${each}.ext`, "-out", `${each}.pem`);
  }
}

async function startSecure(): Promise<number> {
  const port = await freePort();
  const config = join(folder, "secure.yml");
  const tls = `{ certificate: ${folder}/server.pem, key: ${folder}/server.key, clientcas: [${folder}/ca.pem] }`;
  writeFileSync(
    config,
    `version: 0.1\nlog: { level: error }\nstorage: { filesystem: { rootdirectory: ${folder}/registry/data } }\nhttp: { addr: "127.0.0.1:${port}", tls: ${tls} }\n`,
  );
  const child = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
  const ended = new Promise<void>((done) => child.once("close", () => done()));
  closings.push(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const isOpen = await new Promise<boolean>((done) => {
      const socket = connect(port, "127.0.0.1", () => (socket.destroy(), done(true)));
      socket.on("error", () => done(false));
    });
    if (isOpen) return port;
    await pause(100);
  }
  throw new Error("the registry did not start");
}

/** Everything is led to the registry, whatever its name. */
async function startProxy(target: number, seen: string[]): Promise<string> {
  const server = createServer();
  server.on("connect", (request, socket) => {
    seen.push(request.url ?? "");
    const out = connect(target, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      out.pipe(socket).pipe(out);
    });
    out.on("error", () => socket.destroy());
    socket.on("error", () => out.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  closings.push(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
