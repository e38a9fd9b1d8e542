/**
 * Looks at an opened image beyond its packages: secrets and hygiene. Beside the line of `analyze.ts`, because it needs
 * every byte, and of a database no more than which packages are malicious: the steps are read, collect, check.
 */
import type { ExaminedFiles, Examination } from "../domain/hygiene.ts";
import type { Inspector } from "../domain/files.ts";
import { PlimsollError } from "../domain/error.ts";
import type { AdvisoryDatabase, SbomCache } from "../domain/ports.ts";
import { isIncomplete } from "../domain/problem.ts";
import { codeInspector } from "../hygiene/code-inspector.ts";
import { accountsOf, surveyOf, toExaminedFiles } from "../hygiene/examined-files.ts";
import { hygieneChecks, runHygieneChecks, wantsHygieneFile } from "../hygiene/run-checks.ts";
import type { OpenedImage } from "../image/types.ts";
import type { Wall } from "../io/walled-process.ts";
import { collectSecrets, tooLargeFiles } from "../secrets/collect.ts";
import { secretInspector } from "../secrets/inspector.ts";
import { withLayerSources } from "./layer-sources.ts";
import type { AnalyzeOptions } from "./options.ts";
import { redactImage } from "./redact-image.ts";

export type ExamineOptions = Pick<
  AnalyzeOptions,
  "layersFor" | "limits" | "verify" | "walled" | "monotonicMs" | "signal"
> & {
  /** What is asked for: a search for secrets alone need not look into programs. */
  readonly parts: "secrets" | "all";
  /** Asks ClamAV, which reads the layers a second time; absent or null: nobody asks it. */
  readonly clamav?: { readonly env: Readonly<Record<string, string | undefined>> } | null;
  /** Asked which of the packages are attacks by themselves; absent or null: there is none. */
  readonly database?: AdvisoryDatabase | null;
  /** For the packages that the database is asked about; absent or null: they are taken anew. */
  readonly sboms?: SbomCache | null;
};

/** @throws PlimsollError SOURCE_UNSUPPORTED for an SBOM document; what reading the source throws */
export async function examine(opened: OpenedImage, options: ExamineOptions): Promise<Examination> {
  if (opened.document !== null) {
    throw new PlimsollError(
      "SOURCE_UNSUPPORTED",
      "An SBOM lists packages and holds no files; secrets and hygiene need the image itself.",
    );
  }
  const { files, wall } = await readFiles(opened, options);
  const { buried } = files;
  const isImage = opened.readFolder === null;
  const { image } = opened;
  const { clamav = null, signal } = options;
  const viruses =
    clamav === null
      ? null
      : await (await import("./virus-scan.ts")).scanForViruses(opened, { env: clamav.env, signal });
  const { database = null, sboms = null } = options;
  const malicious =
    database === null
      ? null
      : await (
          await import("./malicious-packages.ts")
        ).findMalicious(opened, database, { ...options, cache: sboms });
  const secrets = collectSecrets({
    files: [...files.inspected.map((file) => ({ file, removedIn: null })), ...(buried?.inspected ?? [])],
    config: isImage ? image.config : null,
    includesRemoved: buried !== null,
    tooLarge: files.tooLarge,
  });
  const redacted = redactImage(withLayerSources(image));
  const hygiene = runHygieneChecks({
    image: redacted,
    isImage,
    survey: surveyOf(files),
    files: accountsOf(files),
    inspected: options.parts === "all" ? files.inspected : null,
    secrets: secrets.findings,
    waste: buried?.waste ?? null,
    viruses,
    malicious,
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
    sandbox: wall,
  });
}

function inspectorsOf(parts: ExamineOptions["parts"]): readonly Inspector[] {
  return parts === "all" ? [secretInspector, codeInspector] : [secretInspector];
}

/** Of the rules and checks: what was found by others is found anew. */
export function examinationVersion(parts: ExamineOptions["parts"]): string {
  const inspectors = inspectorsOf(parts).map(({ id, version }) => `${id} ${version}`);
  return [...inspectors, ...hygieneChecks.map(({ id, title }) => `${id} ${title}`)].join("\n");
}

/** Behind the wall where it is asked for. */
async function readFiles(
  opened: OpenedImage,
  options: ExamineOptions,
): Promise<{ readonly files: ExaminedFiles; readonly wall: Wall | null }> {
  const { limits, verify, signal, monotonicMs, parts } = options;
  const inspectors = inspectorsOf(parts);
  const versions = Object.fromEntries(inspectors.map(({ id, version }) => [id, version]));
  const cache = options.layersFor?.({ ...versions, examination: 1 }) ?? null;
  if (options.walled === true) {
    const { examineBehindWall, examineFolderBehindWall } = await import("./walled.ts");
    const { folder = null } = opened;
    if (folder !== null) return examineFolderBehindWall({ ...folder, parts }, signal);
    return examineBehindWall(opened.blobs, { parts, limits, verify }, { cache, signal });
  }
  if (opened.readFolder !== null) {
    const files = await opened.readFolder(wantsHygieneFile, inspectors);
    return { files: toExaminedFiles(files, null, tooLargeFiles(files.tree)), wall: null };
  }
  const { unpackWithBuried } = await import("../image/unpack.ts");
  const { files, buried } = await unpackWithBuried(opened.blobs, {
    wants: wantsHygieneFile,
    inspectors,
    limits,
    verify,
    signal,
    now: monotonicMs,
    cache,
  });
  return { files: toExaminedFiles(files, buried, tooLargeFiles(files.tree)), wall: null };
}
