/**
 * Results in files, each with a signed statement beside it: `report.json.dsse.json`, an in-toto statement in a DSSE envelope. Its subjects
 * are the file and, where it is about one, the image, so that it can be verified with either at hand, by cosign too.
 */
import { createHash } from "node:crypto";
import { basename, resolve } from "node:path";
import type { SigningKey } from "../../attestations/keys.ts";
import { writeStatement, type NamedSubject } from "../../attestations/statement.ts";
import type { ResolvedImage } from "../../domain/image.ts";
import { writeFileAtomic } from "../../io/atomic-file.ts";
import { printable } from "../../domain/problem.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { CliContext } from "../context.ts";
import type { WrittenFile } from "../options/output.ts";
import { makeReady } from "./attach.ts";

export interface Signing {
  readonly key: SigningKey;
  /** What the files are about; one without a digest (a folder, an archive) is no subject. */
  readonly images: readonly Pick<ResolvedImage, "repository" | "reference" | "digest">[];
  readonly type: string;
  readonly predicate: unknown;
}

/** Ending of the signed statement beside a file. */
export const signedEnding = ".dsse.json";

/** @throws PlimsollError OUTPUT_FAILED; what the key throws */
export async function signFiles(
  context: CliContext,
  files: readonly WrittenFile[],
  { key, images, type, predicate }: Signing,
): Promise<void> {
  const about = images.flatMap(({ repository, reference, digest }): NamedSubject[] =>
    digest === null ? [] : [{ name: repository ?? reference, digest }],
  );
  for (const { file, text } of files) {
    const own = { name: basename(file), digest: digestOf(Buffer.from(text, "utf8")) };
    const { bytes } = await makeReady(writeStatement([own, ...about], type, predicate), key);
    const path = `${file}${signedEnding}`;
    try {
      await writeFileAtomic(resolve(context.cwd, path), bytes);
    } catch (cause) {
      throw new PlimsollError("OUTPUT_FAILED", `${printable(path)} could not be written.`, { cause });
    }
    context.stderr.write(`signed: ${path}\n`);
  }
}

/** `sha256:…` */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}
