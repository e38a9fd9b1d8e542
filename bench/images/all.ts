/** The images of the benchmark, by name. Each is made once, below the given folder. */
import { join } from "node:path";
import { fatLayers, slimLayers } from "./debian.ts";
import { benchLayers } from "./generated.ts";
import { madeImage, type BenchImage, type LayerSource } from "./make.ts";
import { manyLayers, smallFilesLayers } from "./synthetic.ts";

/** Raised when the images change. */
const VERSION = 3;

export const imageNames = ["slim", "fat", "generated", "files", "layers"] as const;
export type ImageName = (typeof imageNames)[number];

export const imageTitles: Readonly<Record<ImageName, string>> = {
  slim: "Debian slim",
  fat: "several languages",
  generated: "large files and packages",
  files: "300,000 small files",
  layers: "40 layers",
};

/** `scale` makes the generated image smaller; 1 has about 1.4 GB of content. */
export function benchImage(name: ImageName, folder: string, scale: number): Promise<BenchImage> {
  const sources = join(folder, "sources");
  const suffix = name === "generated" && scale !== 1 ? `-${scale}` : "";
  return madeImage(name, join(folder, `image-${name}-${VERSION}${suffix}`), () => {
    switch (name) {
      case "slim":
        return slimLayers(sources);
      case "fat":
        return fatLayers(sources);
      case "generated":
        return benchLayers(scale).map(asSource);
      case "files":
        return smallFilesLayers().map(asSource);
      case "layers":
        return manyLayers().map(asSource);
    }
  });
}

function asSource(entries: Extract<LayerSource, { kind: "entries" }>["entries"]): LayerSource {
  return { kind: "entries", entries };
}
