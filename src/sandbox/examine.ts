/** `examine` and `examineFolder`: what secrets and hygiene need of layers or of a folder. */
import type { Inspector } from "../domain/files.ts";
import type { ExaminedFiles } from "../domain/hygiene.ts";
import type { ExaminedParts, ExamineFolderRequest, ExamineRequest } from "../domain/wall.ts";
import { codeInspector } from "../hygiene/code-inspector.ts";
import { toExaminedFiles } from "../hygiene/examined-files.ts";
import { wantsHygieneFile } from "../hygiene/run-checks.ts";
import { readPlace } from "../image/rootfs/index.ts";
import { unpackWithBuried } from "../image/unpack.ts";
import { tooLargeFiles } from "../secrets/collect.ts";
import { secretInspector } from "../secrets/inspector.ts";
import type { Doors } from "./doors.ts";

export async function examine(request: ExamineRequest, doors: Doors): Promise<ExaminedFiles> {
  const { files, buried } = await unpackWithBuried(doors.blobsOf(request), {
    ...doors.optionsOf(request),
    wants: wantsHygieneFile,
    inspectors: inspectorsFor(request.parts),
  });
  return toExaminedFiles(files, buried, tooLargeFiles(files.tree));
}

export async function examineFolder(request: ExamineFolderRequest): Promise<ExaminedFiles> {
  const wishes = { wants: wantsHygieneFile, inspectors: inspectorsFor(request.parts) };
  const files = await readPlace(request, wishes, null);
  return toExaminedFiles(files, null, tooLargeFiles(files.tree));
}

function inspectorsFor(parts: ExaminedParts): readonly Inspector[] {
  return parts === "all" ? [secretInspector, codeInspector] : [secretInspector];
}
