/**
 * Looks at an opened image beyond its packages: secrets and hygiene. Beside the line of `analyze.ts`, because it needs no
 * database and every byte: the steps are read, collect, check.
 */
import type { Examination } from "../domain/hygiene.ts";
import type { ImageFiles, Inspector } from "../domain/files.ts";
import { PlimsollError } from "../domain/error.ts";
import { isIncomplete } from "../domain/problem.ts";
import { codeInspector } from "../hygiene/code-inspector.ts";
import { runHygieneChecks, wantsHygieneFile } from "../hygiene/run-checks.ts";
import { surveyFiles } from "../hygiene/survey.ts";
import type { BuriedFiles } from "../image/buried-files.ts";
import type { OpenedImage } from "../image/types.ts";
import { collectSecrets } from "../secrets/collect.ts";
import { secretInspector } from "../secrets/inspector.ts";
import type { AnalyzeOptions } from "./options.ts";
import { redactImage } from "./redact-image.ts";

export type ExamineOptions = Pick<
  AnalyzeOptions,
  "layersFor" | "limits" | "verify" | "monotonicMs" | "signal"
> & {
  /** What is asked for: a search for secrets alone need not look into programs. */
  readonly parts: "secrets" | "all";
};

/** @throws PlimsollError SOURCE_UNSUPPORTED for an SBOM document; what reading the source throws */
export async function examine(opened: OpenedImage, options: ExamineOptions): Promise<Examination> {
  if (opened.document !== null) {
    throw new PlimsollError(
      "SOURCE_UNSUPPORTED",
      "An SBOM lists packages and holds no files; secrets and hygiene need the image itself.",
    );
  }
  const inspectors = options.parts === "all" ? [secretInspector, codeInspector] : [secretInspector];
  const { files, buried } = await readFiles(opened, inspectors, options);
  const isImage = opened.readFolder === null;
  const { image } = opened;
  const secrets = collectSecrets({
    files: [...files.inspected.map((file) => ({ file, removedIn: null })), ...(buried?.inspected ?? [])],
    config: isImage ? image.config : null,
    includesRemoved: buried !== null,
    tree: files.tree,
  });
  const redacted = redactImage(image);
  const hygiene = runHygieneChecks({
    image: redacted,
    isImage,
    survey: files.tree === null ? null : surveyFiles(files.tree),
    files: new Map(files.wanted.map((file) => [file.path, file])),
    inspected: options.parts === "all" ? files.inspected : null,
    secrets: secrets.findings,
    waste: buried?.waste ?? null,
  });
  const problems = [...opened.problems, ...files.problems];
  const isWhole = !problems.some(isIncomplete) && secrets.notSearched.length === 0;
  return Object.freeze({
    image: redacted,
    secrets,
    hygiene,
    problems,
    completeness: isWhole ? "complete" : "incomplete",
    verification: files.verification,
  });
}

async function readFiles(
  opened: OpenedImage,
  inspectors: readonly Inspector[],
  options: ExamineOptions,
): Promise<{ readonly files: ImageFiles; readonly buried: BuriedFiles | null }> {
  if (opened.readFolder !== null) {
    return { files: await opened.readFolder(wantsHygieneFile, inspectors), buried: null };
  }
  const { limits, verify, signal, monotonicMs } = options;
  const versions = Object.fromEntries(inspectors.map(({ id, version }) => [id, version]));
  const cache = options.layersFor?.({ ...versions, examination: 1 }) ?? null;
  const { unpackWithBuried } = await import("../image/unpack.ts");
  return unpackWithBuried(opened.blobs, {
    wants: wantsHygieneFile,
    inspectors,
    limits,
    verify,
    signal,
    now: monotonicMs,
    cache,
  });
}
