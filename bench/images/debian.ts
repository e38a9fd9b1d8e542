/** Layers of real systems: Debian bookworm as mmdebstrap makes it, and the packages that npm and pip install. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LayerSource } from "./make.ts";

const SUITE = "bookworm";

/** Several languages, their tools and libraries, and what runs as a service: about 2 GB unpacked. */
const FAT_PACKAGES = [
  ["python3", "python3-pip", "python3-numpy", "python3-pandas", "python3-scipy", "python3-matplotlib"],
  ["python3-django", "python3-flask", "python3-cryptography"],
  ["nodejs", "npm", "default-jdk-headless", "maven", "gradle"],
  ["ruby", "ruby-dev", "bundler", "ruby-rails", "php-cli", "php-curl", "php-xml", "composer"],
  ["perl", "libwww-perl", "git", "curl", "ca-certificates", "golang-go", "build-essential", "g++"],
  ["nginx", "postgresql", "redis"],
].flat();

const NPM_PACKAGES = [
  "express@4",
  "webpack@5",
  "typescript@5",
  "eslint@8",
  "react@18",
  "lodash@4",
  "next@14",
];
const PYTHON_PACKAGES = ["boto3==1.34.0", "requests==2.31.0", "sqlalchemy==2.0.25", "botocore==1.34.0"];

/** The smallest Debian: one layer. `folder` keeps the archive for other images. */
export function slimLayers(folder: string): LayerSource[] {
  return [{ kind: "tar", path: debian(folder, "slim", []) }];
}

/**
 * The slim image's layer, then what the packages add to it in layers as a Dockerfile's steps would, then an application's own
 * packages.
 */
export function fatLayers(folder: string): LayerSource[] {
  const slim = debian(folder, "slim", []);
  const root = join(folder, "fat-root");
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  run("tar", ["-xf", debian(folder, "fat", FAT_PACKAGES), "-C", root, "--exclude=./dev/*"]);
  const ofSlim = join(folder, "slim.list");
  writeFileSync(ofSlim, filesOf(slim));
  const layer = (name: string, args: readonly string[]): LayerSource => {
    const path = join(folder, `fat-${name}.tar`);
    run("tar", ["-cf", path, "--format=pax", "--pax-option=delete=atime,delete=ctime", "-C", root, ...args]);
    return { kind: "tar", path };
  };
  const added = ["--anchored", "--no-wildcards", `--exclude-from=${ofSlim}`];
  const ofLanguages = ["./usr/lib/jvm", "./usr/lib/go-1.19", "./usr/lib/gcc", "./usr/lib/python3"];
  const layers = [
    layer("system", ["./etc", "./var"]),
    layer("libraries", [...added, ...ofLanguages.map((path) => `--exclude=${path}`), "./usr/lib"]),
    layer("languages", [...added, ...ofLanguages]),
    layer("share", [...added, "./usr/share"]),
    layer("programs", [...added, "--exclude=./usr/lib", "--exclude=./usr/share", "./usr"]),
  ];
  installApplication(root);
  layers.push(layer("application", ["./srv/app", "./opt/venv"]));
  rmSync(root, { recursive: true, force: true });
  return [{ kind: "tar", path: slim }, ...layers];
}

function debian(folder: string, name: string, packages: readonly string[]): string {
  const path = join(folder, `${name}.tar`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const include = packages.length === 0 ? [] : [`--include=${packages.join(",")}`];
  // Nothing is kept after a power cut, so nothing needs to reach the disk.
  const hasty = "--dpkgopt=force-unsafe-io";
  run("mmdebstrap", ["--variant=minbase", "--quiet", hasty, ...include, SUITE, `${path}.making.tar`]);
  renameSync(`${path}.making.tar`, path);
  return path;
}

/** Files and links of an archive, one a line as they stand in it; folders are left out, since they hold what comes later too. */
function filesOf(tar: string): string {
  const { stdout, status } = spawnSync("tar", ["-tf", tar], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`tar -tf ${tar} ended with exit code ${status}`);
  const files = stdout.split("\n").filter((line) => line !== "" && !line.endsWith("/"));
  return `${files.join("\n")}\n`;
}

function installApplication(root: string): void {
  const app = join(root, "srv/app");
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "bench-app", version: "1.0.0" }));
  run("npm", ["install", "--prefix", app, "--ignore-scripts", "--no-audit", "--no-fund", ...NPM_PACKAGES]);
  const venv = join(root, "opt/venv/lib/python3.11/site-packages");
  run("python3", ["-m", "pip", "install", "--quiet", "--no-compile", "--target", venv, ...PYTHON_PACKAGES]);
}

/** @throws when the command fails */
function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with exit code ${status}`);
}
