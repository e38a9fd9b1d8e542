/**
 * The demonstration image: a real OCI layout of two layers that the project writes itself. The base layer has an Alpine-like
 * os-release and package database; the application layer has express 4.17.1 with the dependency tree that npm installed. It
 * sets no USER, carries no attestations and claims a base image by annotation: each of these decides a policy.
 */
import { lstatSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildImage, writeLayout } from "../../test/helpers/oci-image.ts";
import { directory, file, type TarEntry } from "../../test/helpers/oci-tar.ts";
import { apkDatabase } from "./apk-database.ts";

/** Writes the layout to `target` (replaced); `app` is the folder in which npm installed the application. Returns the manifest digest. */
export function writeDemoImage(app: string, target: string): string {
  const image = buildImage({
    layers: [
      { entries: baseEntries(), createdBy: "ADD rootfs.tar / # base" },
      { entries: appEntries(app), createdBy: "COPY . /app # npm ci --omit=dev" },
    ],
    platform: { os: "linux", architecture: "amd64" },
    created: "2026-01-15T08:00:00Z",
    config: { Cmd: ["node", "/app/server.js"], Env: ["NODE_ENV=production"], WorkingDir: "/app" },
    annotations: { "org.opencontainers.image.base.name": "docker.io/library/alpine:3.18" },
  });
  rmSync(target, { recursive: true, force: true });
  writeLayout(target, image, "demo:latest");
  return image.manifestDigest;
}

function baseEntries(): TarEntry[] {
  return [
    directory("etc"),
    file("etc/os-release", OS_RELEASE),
    file("etc/alpine-release", "3.18.4\n"),
    directory("lib"),
    directory("lib/apk"),
    directory("lib/apk/db"),
    file("lib/apk/db/installed", apkDatabase()),
    file("bin/busybox", "#!demonstration\n"),
  ];
}

/** The tree as npm left it: package.json files and sources, sorted so that the layer's bytes are the same everywhere. */
function appEntries(app: string): TarEntry[] {
  const entries: TarEntry[] = [directory("app"), file("app/server.js", SERVER)];
  walk(join(app, "node_modules"), "app/node_modules");
  return entries;

  function walk(folder: string, name: string): void {
    entries.push(directory(name));
    for (const child of readdirSync(folder).sort()) {
      // npm's own notes and links hold paths and times of this machine.
      if (child.startsWith(".")) continue;
      const path = join(folder, child);
      const stat = lstatSync(path);
      if (stat.isDirectory()) walk(path, `${name}/${child}`);
      else if (stat.isFile()) entries.push(file(`${name}/${child}`, readFileSync(path)));
    }
  }
}

const OS_RELEASE = `NAME="Alpine Linux"
ID=alpine
VERSION_ID=3.18.4
PRETTY_NAME="Alpine Linux v3.18"
HOME_URL="https://alpinelinux.org/"
`;

const SERVER = `const express = require("express");
const app = express();
app.get("/", (request, response) => response.send("hello"));
app.listen(8080);
`;
