/** What `secrets` and `hygiene` share: opening the image, looking into it, and the gate over what was found. */
import { severities, type Severity } from "../domain/advisory.ts";
import { PlimsollError } from "../domain/error.ts";
import { defaultUnpackLimits } from "../domain/files.ts";
import type { Examination, VirusScan } from "../domain/hygiene.ts";
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { examine, type ExamineOptions } from "../analysis/examine.ts";
import { scanForViruses } from "../analysis/virus-scan.ts";
import type { CliContext } from "./context.ts";
import { openAtHand } from "./open-at-hand.ts";
import { VERIFY_ADVICE } from "./options/gate.ts";
import { chosenPlatform, type ImageOptions } from "./options/image.ts";
import { cachesOf, open } from "./run-analysis.ts";

/** @throws PlimsollError when the image cannot be read */
export async function runExamination(
  context: CliContext,
  reference: string,
  options: ImageOptions & { readonly clamav?: "auto" | "off" },
  parts: ExamineOptions["parts"],
): Promise<Examination> {
  const database = parts === "all" ? openAtHand(context, false) : null;
  try {
    return await examineOpened(context, { reference, options, parts, database });
  } finally {
    database?.close();
  }
}

interface Request {
  readonly reference: string;
  readonly options: ImageOptions & { readonly clamav?: "auto" | "off" };
  readonly parts: ExamineOptions["parts"];
  readonly database: AdvisoryDatabase | null;
}

async function examineOpened(
  context: CliContext,
  { reference, options, parts, database }: Request,
): Promise<Examination> {
  const opened = await open(context, { reference, platform: chosenPlatform(options), options });
  try {
    const { cache, layersFor } = cachesOf(context);
    return await examine(opened, {
      ...(layersFor === undefined ? {} : { layersFor }),
      limits: defaultUnpackLimits,
      verify: options.verify === true,
      walled: true,
      monotonicMs: context.monotonicMs,
      signal: null,
      parts,
      clamav: options.clamav === "auto" ? { env: context.env } : null,
      database,
      sboms: cache,
    });
  } finally {
    await opened.close();
  }
}

/** What ClamAV says of the image's layers, or of a folder. @throws PlimsollError when the image cannot be read */
export async function runVirusScan(
  context: CliContext,
  reference: string,
  options: ImageOptions,
): Promise<VirusScan> {
  const opened = await open(context, { reference, platform: chosenPlatform(options), options });
  try {
    return await scanForViruses(opened, { env: context.env, signal: null });
  } finally {
    await opened.close();
  }
}

/** Severities of --only-severity. @throws PlimsollError USAGE on a word that is none */
export function readSeverities(words: readonly string[] | undefined): ReadonlySet<Severity> {
  if (words === undefined) return new Set(severities);
  return new Set(
    words.map((word) => {
      const severity = severities.find((known) => known === word.toLowerCase());
      if (severity !== undefined) return severity;
      throw new PlimsollError(
        "USAGE",
        `--only-severity does not know "${word}"; it takes ${severities.join(", ")}.`,
      );
    }),
  );
}

/** Why the gate stops: what was found, content that was not verified, and with `strict` what could not be looked at. */
export function examinationCauses(
  found: string | null,
  { verification, completeness }: Pick<Examination, "verification" | "completeness">,
  { exitCode, strict }: { readonly exitCode?: true; readonly strict?: true },
): readonly string[] {
  if (exitCode !== true && strict !== true) return [];
  return [
    ...(found === null ? [] : [found]),
    ...(verification === "unverified"
      ? [`unverified: the image's content was not verified by its digest${VERIFY_ADVICE}`]
      : []),
    ...(strict === true && completeness === "incomplete"
      ? ["incomplete: something could not be read or searched"]
      : []),
  ];
}

/** Says the causes on standard error, and returns the exit code. */
export function closeExamination(context: CliContext, causes: readonly string[]): number {
  for (const cause of causes) context.stderr.write(`gate: ${cause}\n`);
  return causes.length === 0 ? 0 : 2;
}
