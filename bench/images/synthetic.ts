/** Layers that are hard by their shape: very many small files, and very many layers. */
import { directory, file, symlink, whiteout, type TarEntry } from "../../test/helpers/oci-tar.ts";
import { createContent, createRandom, type Content } from "./content.ts";

const OS_RELEASE =
  'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n';

type Layer = () => Generator<TarEntry>;

/** 300,000 files of up to 2 kB in three layers: 12,000 node packages, each of 24 files and a manifest. */
export function smallFilesLayers(): readonly Layer[] {
  return [0, 1, 2].map((layer) => {
    return function* () {
      const content = createContent(createRandom(100 + layer));
      if (layer === 0) yield* base();
      for (let i = 0; i < 4000; i += 1) yield* smallPackage(content, layer, i);
    };
  });
}

function* smallPackage(content: Content, layer: number, index: number): Generator<TarEntry> {
  const name = `small-${layer}-${index}`;
  const root = `srv/app-${layer}/node_modules/${name}`;
  yield directory(root);
  yield file(`${root}/package.json`, JSON.stringify({ name, version: `1.${index % 50}.0`, license: "MIT" }));
  for (let i = 0; i < 24; i += 1) {
    yield file(`${root}/lib-${i}.js`, content.text(100 + ((index * 31 + i * 977) % 1900)));
  }
}

/** 40 layers of about 8 MB: each adds files, replaces some of the layer below and deletes others. */
export function manyLayers(): readonly Layer[] {
  return Array.from({ length: 40 }, (_, layer) => {
    return function* () {
      const content = createContent(createRandom(200 + layer));
      if (layer === 0) yield* base();
      yield file("etc/build-step", `${layer}\n`);
      for (let i = 0; i < 20; i += 1) {
        const name = `layered-${layer}-${i}`;
        const root = `srv/app/node_modules/${name}`;
        yield file(`${root}/package.json`, JSON.stringify({ name, version: `${layer}.${i}.0` }));
        for (let part = 0; part < 10; part += 1) {
          yield file(
            `${root}/part-${part}.bin`,
            part % 2 === 0 ? content.binary(40_000) : content.text(40_000),
          );
        }
      }
      if (layer > 0) yield whiteout(`srv/app/node_modules/layered-${layer - 1}-0`);
      if (layer > 0) yield file(`srv/app/node_modules/layered-${layer - 1}-1/part-0.bin`, content.text(500));
    };
  });
}

function* base(): Generator<TarEntry> {
  yield directory("etc");
  yield file("usr/lib/os-release", OS_RELEASE);
  yield symlink("etc/os-release", "../usr/lib/os-release");
}
