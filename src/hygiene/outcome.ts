/** Small words that checks are written in. */
import type { FileFact } from "../domain/files.ts";
import type { FileSurvey, HygieneFinding } from "../domain/hygiene.ts";
import type { CheckOutcome, HygieneFacts } from "./types.ts";

/** Failed with these, or passed when there are none. */
export function judge(findings: readonly HygieneFinding[]): CheckOutcome {
  return findings.length === 0 ? { status: "passed" } : { status: "failed", findings };
}

export function notChecked(reason: string): CheckOutcome {
  return { status: "not_checked", reason };
}

export function finding(
  message: string,
  place: Partial<Omit<HygieneFinding, "message">> = {},
): HygieneFinding {
  return {
    message,
    path: place.path ?? null,
    layerIndex: place.layerIndex ?? null,
    line: place.line ?? null,
  };
}

export function fileFinding(fact: FileFact, message: string): HygieneFinding {
  return finding(message, { path: fact.path, layerIndex: fact.layerIndex });
}

/** For checks of the configuration: folders have none. */
export function ofImage(check: (facts: HygieneFacts) => CheckOutcome): (facts: HygieneFacts) => CheckOutcome {
  return (facts) => (facts.isImage ? check(facts) : notChecked("a folder has no image configuration"));
}

/** For checks of the build: what wrote no history cannot be asked. */
export function ofHistory(
  check: (facts: HygieneFacts) => CheckOutcome,
): (facts: HygieneFacts) => CheckOutcome {
  return ofImage((facts) =>
    facts.image.config.history.some(({ createdBy }) => createdBy !== null)
      ? check(facts)
      : notChecked("the image tells no build history"),
  );
}

/** For checks of files. */
export function ofFiles(
  check: (survey: FileSurvey, facts: HygieneFacts) => CheckOutcome,
): (facts: HygieneFacts) => CheckOutcome {
  return (facts) =>
    facts.survey === null ? notChecked("the files of the image were not read") : check(facts.survey, facts);
}
