/**
 * What checks need of an image's files, as plain JSON and back: the files are read behind the wall, and judged in front of it.
 */
import type { ImageFiles, WantedFile } from "../domain/files.ts";
import type { BuriedFiles, ExaminedFiles, FileSurvey } from "../domain/hygiene.ts";
import { surveyFiles } from "./survey.ts";

/** `tooLarge` is for people. */
export function toExaminedFiles(
  { inspected, tree, wanted, problems, verification }: ImageFiles,
  buried: BuriedFiles | null,
  tooLarge: readonly string[],
): ExaminedFiles {
  const survey = tree === null ? null : surveyFiles(tree);
  return {
    inspected,
    buried,
    survey: survey === null ? null : { ...survey, programs: [...survey.programs.values()] },
    accounts: wanted.map(({ path, bytes, layer, layerIndex }) => {
      return { path, layer, layerIndex, base64: Buffer.from(bytes).toString("base64") };
    }),
    tooLarge,
    problems,
    verification,
  };
}

export function surveyOf({ survey }: ExaminedFiles): FileSurvey | null {
  if (survey === null) return null;
  const programs = survey.programs.map(
    (fact) => [fact.path.slice(fact.path.lastIndexOf("/") + 1), fact] as const,
  );
  return { ...survey, programs: new Map(programs) };
}

/** By path. */
export function accountsOf({ accounts }: ExaminedFiles): ReadonlyMap<string, WantedFile> {
  return new Map(
    accounts.map(({ base64, ...file }) => [file.path, { ...file, bytes: Buffer.from(base64, "base64") }]),
  );
}
