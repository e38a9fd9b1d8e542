/** `local://` and references without a prefix against a real Podman, by both interfaces that it serves. No container is run. */
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { buildImage, dockerArchive } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { runProcess, type Run } from "../helpers/run-plimsoll.ts";

const skip = skipWithoutPrograms("podman");
const folder = mkdtempSync(join(tmpdir(), "plimsoll-podman-"));
const socket = join(folder, "podman.sock");
const podmanArgs = [
  `--root=${join(folder, "root")}`,
  `--runroot=${join(folder, "run")}`,
  "--storage-driver=vfs",
  "--cgroup-manager=cgroupfs",
  "--events-backend=none",
];

const apk = "P:musl\nV:1.2.5-r0\nA:x86_64\nS:1\nI:1\nT:libc\nL:MIT\no:musl\n\n";
const older = imageWith("1.2.5-r0", "2024-01-01T00:00:00Z");
const newer = imageWith("1.2.5-r1", "2024-02-01T00:00:00Z");
const untagged = imageWith("1.2.5-r2", "2023-02-01T00:00:00Z");

function imageWith(version: string, created: string) {
  const entries = [
    file("etc/os-release", 'ID=alpine\nVERSION_ID=3.20.0\nPRETTY_NAME="Alpine"\n'),
    file("lib/apk/db/installed", apk.replace("1.2.5-r0", version)),
  ];
  return buildImage({ layers: [{ entries }], created });
}

let service: ReturnType<typeof spawn> | null = null;

before(async () => {
  if (skip !== false) return;
  const load = (name: string, tar: Uint8Array): void => {
    const path = join(folder, name);
    writeFileSync(path, tar);
    execFileSync("podman", [...podmanArgs, "load", "-q", "-i", path], { stdio: "pipe" });
  };
  const tags = ["app:1", "registry.example.com/team/app:1"];
  load("older.tar", dockerArchive([{ image: older, tags }]));
  load("newer.tar", dockerArchive([{ image: newer, tags: ["localhost/newer:dev"] }]));
  load("untagged.tar", dockerArchive([{ image: untagged, tags: [] }]));
  mkdirSync(join(folder, "tmp"));
  service = spawn("podman", [...podmanArgs, "system", "service", "--time", "0", `unix://${socket}`], {
    stdio: "ignore",
  });
  for (let attempt = 0; attempt < 200 && !existsSync(socket); attempt += 1) await pause(100);
});

after(async () => {
  if (service !== null) {
    const ended = new Promise((done) => service?.once("close", done));
    service.kill("SIGTERM");
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

const apis: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["Docker's interface", { DOCKER_HOST: `unix://${socket}` }],
  ["libpod", { CONTAINER_HOST: `unix://${socket}` }],
  ["a socket at the usual place", { XDG_RUNTIME_DIR: join(folder, "runtime") }],
];

interface Document {
  readonly image: { readonly source: string; readonly repository: string | null; readonly digest: string };
  readonly packages: readonly { readonly name: string; readonly version: string }[];
}

for (const [name, env] of apis) {
  test(`images of Podman are read by ${name}`, { skip }, async () => {
    if (env["XDG_RUNTIME_DIR"] !== undefined && !existsSync(env["XDG_RUNTIME_DIR"])) {
      mkdirSync(join(folder, "runtime/podman"), { recursive: true });
      execFileSync("ln", ["-s", socket, join(folder, "runtime/podman/podman.sock")]);
    }
    const run = (...args: string[]): Promise<Run> =>
      runProcess(["sbom", ...args], {
        env: { HOME: folder, PLIMSOLL_HOME: join(folder, "home"), TMPDIR: join(folder, "tmp"), ...env },
      });
    const rows: readonly (readonly [string, string, string, string | null])[] = [
      ["local://app:1", "1.2.5-r0", older.configDigest, "localhost/app"],
      ["registry.example.com/team/app:1", "1.2.5-r0", older.configDigest, "registry.example.com/team/app"],
      [`local://${untagged.configDigest.slice(7, 19)}`, "1.2.5-r2", untagged.configDigest, null],
    ];
    for (const [reference, version, digest, repository] of rows) {
      const { exitCode, stdout, stderr } = await run("--format", "json", reference);
      assert.equal(exitCode, 0, `${reference}: ${stderr}`);
      const document = JSON.parse(stdout) as Document;
      assert.equal(document.image.source, "engine");
      assert.equal(document.image.digest, digest, reference);
      assert.equal(document.image.repository, repository, reference);
      const packages = document.packages.map((each) => `${each.name} ${each.version}`);
      assert.deepEqual(packages, [`musl ${version}`], reference);
      if (env["XDG_RUNTIME_DIR"] !== undefined) return;
    }
    const again = await run("--debug", "--format", "list", "local://app:1");
    assert.match(again.stderr, /the inventory came from the cache/);
    assert.match(again.stdout, /1\.2\.5-r0/);
    const newest = await run("--format", "list");
    assert.equal(newest.exitCode, 0, newest.stderr);
    assert.match(newest.stderr, /local:\/\/localhost\/newer:dev, the newest/);
    assert.match(newest.stdout, /1\.2\.5-r1/);
    const absent = await run("local://absent:1");
    assert.match(absent.stderr, /SOURCE_NOT_FOUND/);
    assert.notEqual(absent.exitCode, 0);
    assert.deepEqual(readdirSync(join(folder, "tmp")), [], "something was left behind");
  });
}
