/**
 * The body of a row as text. Of advisories it is a JSON list of their heads in the first line, and the rest of each in a line of its
 * own, so that heads can be read alone; scores are one line.
 */

/** A row that was found, of which the rest is read when it is asked for. */
export interface FoundRow {
  /** The first line of several; null: the row is one line, all of it rest. */
  readonly head: string | null;
  /** @throws PlimsollError DATABASE_INVALID */
  rest(): string;
}

export function bodyOf({ head, rest }: FoundRow): string {
  return head === null ? rest() : `${head}\n${rest()}`;
}

export function foundRow(body: string): FoundRow {
  const cut = body.indexOf("\n");
  return cut === -1
    ? { head: null, rest: () => body }
    : { head: body.slice(0, cut), rest: () => body.slice(cut + 1) };
}

/** The rests of a row's advisories. */
export function linesOf(rest: string): readonly string[] {
  return rest.split("\n");
}

/** Whether a body is a list of advisories. */
export function isOfAdvisories(body: string): boolean {
  return body.startsWith('[{"i":');
}
