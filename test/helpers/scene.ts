/** A folder with images and a vulnerability database, and the command line in it: for tests that tell a short story. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attestationManifest, type AttestationStyle, type StatementInput } from "./attested-image.ts";
import {
  buildImage,
  layoutFiles,
  manifestDescriptor,
  writeFiles,
  writeLayout,
  type BuiltImage,
  type ImageInput,
} from "./oci-image.ts";
import { file, type TarEntry } from "./oci-tar.ts";
import { runInProcess, type Run, type RunSettings } from "./run-plimsoll.ts";

export interface Scene {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs a verb in the folder. `settings.env` is added to the scene's. */
  run(args: readonly string[], settings?: RunSettings): Promise<Run>;
  /** Runs it with `--format json`, and fails unless it ends with 0. */
  json(args: readonly string[], settings?: RunSettings): Promise<unknown>;
  /** Writes an image as a layout; the name is that of a repository of `registry.example.com/team`. Returns its reference. */
  layout(name: string, image: BuiltImage, tag?: string): string;
  /** The same of an image of one layer. */
  image(name: string, entries: readonly TarEntry[], more?: Omit<ImageInput, "layers">): string;
  /** Writes a file into the folder. Returns its path. */
  write(name: string, content: unknown): string;
  /** Makes the database of these documents, in place of the one that was there. */
  advisories(documents: readonly unknown[]): Promise<void>;
  close(): void;
}

export function makeScene(label: string, now = new Date("2030-02-01T00:00:00Z")): Scene {
  const folder = mkdtempSync(join(tmpdir(), `plimsoll-${label}-`));
  const env = { PLIMSOLL_HOME: join(folder, "home") };
  const scene: Scene = {
    folder,
    env,
    run: (args, settings = {}) =>
      runInProcess(args, { now, cwd: folder, ...settings, env: { ...env, ...settings.env } }),
    json: async (args, settings) => {
      const { exitCode, stdout, stderr } = await scene.run([...args, "--format", "json"], settings);
      assert.equal(exitCode, 0, stderr);
      return JSON.parse(stdout);
    },
    layout: (name, image, tag = "1") => {
      writeLayout(join(folder, name), image, `registry.example.com/team/${name}:${tag}`);
      return `oci-dir://${join(folder, name)}`;
    },
    image: (name, entries, more = {}) => scene.layout(name, buildImage({ layers: [{ entries }], ...more })),
    write: (name, content) => {
      const path = join(folder, name);
      mkdirSync(join(path, ".."), { recursive: true });
      writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
      return path;
    },
    advisories: async (documents) => {
      rmSync(join(folder, "feed"), { recursive: true, force: true });
      for (const [at, document] of documents.entries()) scene.write(`feed/${at}.json`, document);
      const { exitCode, stderr } = await scene.run(["db", "build", "--quiet", "--from", "feed"]);
      assert.equal(exitCode, 0, stderr);
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
  return scene;
}

/** An npm package as installed. */
export function npmPackage(name: string, version: string): TarEntry {
  return file(`app/node_modules/${name}/package.json`, JSON.stringify({ name, version }));
}

/** `etc/os-release` */
export function osRelease(id: string, version: string): TarEntry {
  return file("etc/os-release", `ID=${id}\nVERSION_ID=${version}\n`);
}

/** An advisory in the OSV schema about versions from `introduced` (default all) to before `fixed` (default: none is). */
export function osvRecord(
  id: string,
  ecosystem: string,
  name: string,
  more: { readonly introduced?: string; readonly fixed?: string; readonly [field: string]: unknown } = {},
): object {
  const { introduced = "0", fixed, ...fields } = more;
  const events = [{ introduced }, ...(fixed === undefined ? [] : [{ fixed }])];
  const type = ["npm", "Go"].includes(ecosystem) ? "SEMVER" : "ECOSYSTEM";
  const affected = [{ package: { ecosystem, name }, ranges: [{ type, events }] }];
  const published = "2029-01-01T00:00:00Z";
  return { id, modified: "2030-01-01T00:00:00Z", published, affected, ...fields };
}

/** `severity` of a record: 9.8. */
export const CRITICAL = [{ type: "CVSS_V3", score: "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }];

/** A layout of an image with attestations beside it, as BuildKit writes them. Returns its reference. */
export function attestedLayout(
  scene: Scene,
  name: string,
  image: BuiltImage,
  statements: readonly StatementInput[],
  style: AttestationStyle = "in-index",
): string {
  const attested = attestationManifest(image, statements, style);
  const blobs = new Map([...image.blobs, ...attested.blobs, [attested.digest, attested.bytes]]);
  const ref = `registry.example.com/team/${name}:1`;
  writeFiles(join(scene.folder, name), layoutFiles([manifestDescriptor(image, ref), attested.entry], blobs));
  return `oci-dir://${join(scene.folder, name)}`;
}
