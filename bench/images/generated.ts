/**
 * The layers of the benchmark's image: a Debian-like base, packages, Python, node_modules, data, and some deletions.
 */
import { directory, file, symlink, whiteout, type TarEntry } from "../../test/helpers/oci-tar.ts";
import { createContent, createRandom, type Content } from "./content.ts";

type Layer = () => Generator<TarEntry>;

/** Eight layers, bottom first; each is made anew, and the same, when it is asked for. `scale` 1 is about 1.4 GB. */
export function benchLayers(scale: number): readonly Layer[] {
  const make = (seed: number, fill: (kit: Kit) => Generator<TarEntry>): Layer => {
    return function* () {
      const random = createRandom(seed);
      yield* fill({ random, content: createContent(random), scale });
    };
  };
  return [
    make(1, base),
    make(2, (kit) => packages(kit, 400, "usr/lib/x86_64-linux-gnu", 230)),
    make(3, (kit) => python(kit, 120)),
    make(4, (kit) => nodeModules(kit, "srv/app", 600)),
    make(5, (kit) => data(kit, "opt/runtime", 12, 300)),
    make(6, (kit) => nodeModules(kit, "srv/tools", 300)),
    make(7, (kit) => removals(kit)),
    make(8, (kit) => data(kit, "srv/assets", 2000, 150)),
  ];
}

interface Kit {
  readonly random: () => number;
  readonly content: Content;
  readonly scale: number;
}

const OS_RELEASE =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';

function* base(kit: Kit): Generator<TarEntry> {
  yield directory("etc");
  yield file("usr/lib/os-release", OS_RELEASE);
  yield symlink("etc/os-release", "../usr/lib/os-release");
  yield symlink("lib", "usr/lib");
  yield symlink("bin", "usr/bin");
  yield* packages(kit, 250, "usr/lib", 250);
}

/** A package database of `count` packages, and their files: `megabytes` in all. */
function* packages(kit: Kit, count: number, folder: string, megabytes: number): Generator<TarEntry> {
  const names = Array.from({ length: count }, (_, i) => `lib-bench-${i}`);
  const status = names.map((name, i) =>
    paragraph(name, i, kit.content.text(400).toString().replaceAll("\n", " ")),
  );
  yield file("var/lib/dpkg/status", `${status.join("\n")}\n`);
  for (const [i, name] of names.entries()) {
    yield file(`var/lib/dpkg/info/${name}.list`, kit.content.text(2000));
    yield file(`usr/share/doc/${name}/copyright`, `License: GPL-2+\n${kit.content.text(3000).toString()}`);
    yield* files(kit, `${folder}/${name}`, 12 + (i % 30), (megabytes * 1e6 * kit.scale) / count);
  }
}

function paragraph(name: string, index: number, description: string): string {
  return [
    `Package: ${name}`,
    "Status: install ok installed",
    "Priority: optional",
    "Section: libs",
    `Installed-Size: ${100 + index}`,
    "Maintainer: Bench <bench@example.com>",
    "Architecture: amd64",
    `Source: bench-${index >> 1}`,
    `Version: 1.${index}-${1 + (index % 4)}+deb12u${index % 3}`,
    `Description: ${description}`,
    "",
  ].join("\n");
}

function* python(kit: Kit, count: number): Generator<TarEntry> {
  for (let i = 0; i < count; i += 1) {
    const root = `usr/local/lib/python3.11/site-packages`;
    const metadata = `Metadata-Version: 2.1\nName: bench-module-${i}\nVersion: 2.${i}.0\nLicense: MIT\n\n`;
    yield file(`${root}/bench_module_${i}-2.${i}.0.dist-info/METADATA`, metadata);
    yield file(`${root}/bench_module_${i}-2.${i}.0.dist-info/RECORD`, kit.content.text(4000));
    yield* files(kit, `${root}/bench_module_${i}`, 40, (120e6 * kit.scale) / count);
  }
}

function* nodeModules(kit: Kit, folder: string, count: number): Generator<TarEntry> {
  for (let i = 0; i < count; i += 1) {
    const root = `${folder}/node_modules/bench-package-${i}`;
    const manifest = {
      name: `bench-package-${i}`,
      version: `3.${i}.1`,
      license: "MIT",
      description: "a package",
    };
    yield file(`${root}/package.json`, JSON.stringify(manifest, null, 2));
    yield file(`${root}/README.md`, kit.content.text(4000));
    yield* files(kit, `${root}/lib`, 20 + Math.floor(kit.random() * 40), (200e6 * kit.scale) / 600);
  }
}

function* data(kit: Kit, folder: string, count: number, megabytes: number): Generator<TarEntry> {
  yield* files(kit, folder, count, megabytes * 1e6 * kit.scale);
}

function* removals(kit: Kit): Generator<TarEntry> {
  for (let i = 0; i < 20; i += 1) yield whiteout(`srv/tools/node_modules/bench-package-${i}`);
  for (let i = 0; i < 10; i += 1) yield whiteout(`usr/lib/lib-bench-${i}`);
  yield* files(kit, "var/log", 20, 2e6 * kit.scale);
}

/** Files of uneven size, `totalBytes` together; every third is text. */
function* files(kit: Kit, folder: string, count: number, totalBytes: number): Generator<TarEntry> {
  const weights = Array.from({ length: count }, () => 0.05 + kit.random() ** 4);
  const sum = weights.reduce((a, b) => a + b, 0);
  for (const [i, weight] of weights.entries()) {
    const sizeBytes = Math.floor((totalBytes * weight) / sum);
    const body = i % 3 === 0 ? kit.content.text(sizeBytes) : kit.content.binary(sizeBytes);
    yield file(`${folder}/part-${i}${i % 3 === 0 ? ".js" : ".so"}`, body);
  }
}
