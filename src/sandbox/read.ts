/** `read` and `readFolder`: the packages of layers or of a folder. */
import type { Inspector } from "../domain/files.ts";
import type { Sbom } from "../domain/package.ts";
import type { FolderRequest, ReadRequest } from "../domain/wall.ts";
import { catalogPackages, inspectorsOf, keepsHistory, wantsFile } from "../ecosystems/catalog.ts";
import { withRemoved } from "../ecosystems/removed-packages.ts";
import { fileDigests } from "../ecosystems/system-files.ts";
import { readPlace } from "../image/rootfs/index.ts";
import { unpack, unpackSteps } from "../image/unpack.ts";
import type { Doors } from "./doors.ts";

interface Packages {
  readonly sbom: Sbom;
  readonly fileCount: number;
}

export async function read(request: ReadRequest, doors: Doors): Promise<Packages> {
  const { mode, checksFiles, listsRemoved } = request;
  const blobs = doors.blobsOf(request);
  const inspectors = inspectorsFor(mode, checksFiles);
  const options = { ...doors.optionsOf(request), wants: wantsFile(mode), keepsHistory, inspectors };
  if (listsRemoved) {
    const steps = await unpackSteps(blobs, options);
    const inventories = steps.map(({ layerCount, files }) => {
      return { layerCount, sbom: catalogPackages(files, mode) };
    });
    const diffIds = blobs.map(({ layer }) => layer.diffId);
    return { sbom: withRemoved(inventories, diffIds), fileCount: steps.at(-1)?.files.fileCount ?? 0 };
  }
  const files = await unpack(blobs, options);
  return { sbom: catalogPackages(files, mode), fileCount: files.fileCount };
}

export async function readFolder(request: FolderRequest): Promise<Packages> {
  const { mode, checksFiles } = request;
  const inspectors = inspectorsFor(mode, checksFiles);
  const files = await readPlace(request, { wants: wantsFile(mode), inspectors }, null);
  return { sbom: catalogPackages(files, mode), fileCount: files.fileCount };
}

function inspectorsFor(mode: ReadRequest["mode"], checksFiles: boolean): readonly Inspector[] {
  const inspectors = inspectorsOf(mode);
  return checksFiles ? [...inspectors, fileDigests] : inspectors;
}
