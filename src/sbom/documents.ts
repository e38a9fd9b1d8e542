/**
 * Writes the inventory as an SBOM document. Reading is `read-document.ts`.
 */
import { PlimsollError } from "../domain/error.ts";
import * as all from "./all.ts";
import { makeStatement } from "./statement.ts";
import type { SbomFormat, SbomSubject, SbomWriter } from "./types.ts";

/** Every SBOM format, by id. */
export const sbomFormats: readonly SbomFormat[] = Object.values(all).sort((a, b) => (a.id < b.id ? -1 : 1));

/** Every way to write one, by id: formats, their variants, and in-toto statements around them (`intoto-spdx`). */
export const sbomWriters: readonly SbomWriter[] = sbomFormats
  .flatMap((format) => [format, ...format.variants, ...statementOf(format)])
  .filter(({ write }) => write !== null)
  .sort((a, b) => (a.id < b.id ? -1 : 1));

/** Every value that `writeSbom` takes: ids first, then aliases. */
export const sbomFormatNames: readonly string[] = [
  ...sbomWriters.map(({ id }) => id),
  ...sbomWriters.flatMap(({ aliases }) => aliases),
];

/**
 * The document of a format, by its id or an alias, with a final newline. Same subject, same bytes.
 * @throws PlimsollError USAGE when there is no such format, or it is only read, or it needs a digest that the image has not
 */
export function writeSbom(formatId: string, subject: SbomSubject): string {
  const writer = sbomWriters.find(({ id, aliases }) => id === formatId || aliases.includes(formatId));
  if (writer?.write === null || writer === undefined) {
    const known = sbomWriters.map(({ id }) => id);
    throw new PlimsollError("USAGE", `SBOMs are written as ${known.join(", ")}`, {
      details: { format: formatId },
    });
  }
  return writer.write(subject);
}

/** The format as an in-toto statement, where a predicate type for it is in use. */
function statementOf({ id, title, write, predicateType }: SbomFormat): readonly SbomWriter[] {
  if (write === null || predicateType === null) return [];
  return [
    {
      id: `intoto-${id}`,
      aliases: [],
      title: `in-toto statement of ${title}`,
      specs: ["https://github.com/in-toto/attestation/tree/main/spec/v1", predicateType],
      mediaType: "application/vnd.in-toto+json",
      write: (subject) => makeStatement(predicateType, write(subject), subject.image),
    },
  ];
}
