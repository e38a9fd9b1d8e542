/** A portfolio of made-up images: a few bases with distributions' packages, and on each many applications. */
import { join } from "node:path";
import { apkDatabase } from "../../tools/demo/apk-database.ts";
import { buildImage, writeLayout, type LayerInput } from "../helpers/oci-image.ts";
import { file, whiteout, type TarEntry } from "../helpers/oci-tar.ts";
import { createRandom, type Random } from "./random.ts";

const baseCount = 10;

/** Names and versions that the example advisories know, so that reports have findings, and others that they do not. */
const npmPackages = [
  ["express", ["4.17.1", "4.19.2", "4.20.0"]],
  ["qs", ["6.7.0", "6.7.3", "6.11.0"]],
  ["body-parser", ["1.19.0", "1.20.3"]],
  ["send", ["0.17.1", "0.19.0"]],
  ["cookie", ["0.4.0", "0.7.0"]],
  ["path-to-regexp", ["0.1.7", "0.1.12"]],
  ["left-pad", ["1.0.0", "1.3.0"]],
] as const;

/** Writes `count` layouts below `folder`, named `000`, `001`, …; no two images are the same. */
export function writePortfolio(
  folder: string,
  count: number,
  seed: number,
): { readonly baseCount: number; readonly layerCount: number } {
  const random = createRandom(seed);
  const bases = Array.from({ length: baseCount }, (_, index) => baseLayers(index));
  let layerCount = 0;
  for (let index = 0; index < count; index += 1) {
    const base = bases[index % bases.length] ?? [];
    const layers: LayerInput[] = [...base, { entries: dependencies(random), createdBy: "RUN npm ci" }];
    layers.push({
      entries: application(index, random),
      createdBy: "COPY . /app",
      compression: index % 3 === 0 ? "zstd" : "gzip",
    });
    writeLayout(
      join(folder, String(index).padStart(4, "0")),
      buildImage({ layers, config: { User: "app" } }),
    );
    layerCount += layers.length;
  }
  return { baseCount, layerCount };
}

/** Alpine or Debian, with a layer that rewrites the package database on every second base. */
function baseLayers(index: number): LayerInput[] {
  const isAlpine = index % 2 === 0;
  const path = isAlpine ? "lib/apk/db/installed" : "var/lib/dpkg/status";
  const release = isAlpine ? "ID=alpine\nVERSION_ID=3.18.4\n" : "ID=debian\nVERSION_ID=12\n";
  const database = isAlpine ? apkDatabase() : dpkgDatabase(80 + index);
  const entries = [file("etc/os-release", release), file(path, database), file("etc/base", `${index}\n`)];
  const layers: LayerInput[] = [{ entries, createdBy: `ADD base-${index}.tar /` }];
  if (index % 4 > 1) {
    const more = isAlpine
      ? `${database}\nP:extra\nV:1.${index}-r0\nA:x86_64\nL:MIT\no:extra\n\n`
      : `${database}\n${dpkgRecord(`extra-${index}`, "1.0-1")}`;
    layers.push({ entries: [file(path, more)], createdBy: "RUN install extra" });
  }
  return layers;
}

function dpkgDatabase(count: number): string {
  return Array.from({ length: count }, (_, index) => dpkgRecord(`package-${index}`, `1.${index}-1`)).join(
    "\n",
  );
}

function dpkgRecord(name: string, version: string): string {
  return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\nDescription: words\n`;
}

function dependencies(random: Random): TarEntry[] {
  return npmPackages.flatMap(([name, versions]) => {
    if (random.below(3) === 0) return [];
    const text = JSON.stringify({ name, version: random.pick<string>(versions), license: "MIT" });
    return [
      file(`app/node_modules/${name}/package.json`, text),
      file(`app/node_modules/${name}/index.js`, "x".repeat(2000)),
    ];
  });
}

function application(index: number, random: Random): TarEntry[] {
  const own = JSON.stringify({ name: `app-${index}`, version: `1.${index}.0` });
  const entries = [file("app/package.json", own), file("app/main.js", `// ${index}\n`)];
  if (random.below(4) === 0) entries.push(whiteout("app/node_modules/left-pad"));
  return entries;
}
