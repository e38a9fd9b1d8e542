/**
 * in-toto statements (github.com/in-toto/attestation, spec v0.1 and v1): what is said of which artifacts.
 */
import { asList, asObject, asText, invalid, parseObject } from "./json.ts";

export interface Statement {
  readonly predicateType: string;
  readonly predicate: unknown;
  readonly subjects: readonly Subject[];
}

export interface Subject {
  readonly name: string;
  /** `sha256:…`; null where the subject is named by another hash, which cannot be compared with an image. */
  readonly digest: string | null;
}

const statementTypes: readonly string[] = [
  "https://in-toto.io/Statement/v1",
  "https://in-toto.io/Statement/v0.1",
];

const subjectsMax = 10_000;

/** @throws PlimsollError LIMIT_EXCEEDED, JSON_INVALID, DOCUMENT_INVALID when it is no statement, or one about nothing */
export function readStatement(bytes: Uint8Array): Statement {
  const document = parseObject(bytes, "statement");
  const type = asText(document["_type"], "statement._type");
  if (!statementTypes.includes(type)) throw invalid("statement._type", "that of an in-toto statement");
  const subjects = asList(document["subject"], "statement.subject", subjectsMax).map(readSubject);
  if (subjects.length === 0) throw invalid("statement.subject", "a list with a subject");
  return {
    predicateType: asText(document["predicateType"], "statement.predicateType"),
    predicate: document["predicate"] ?? null,
    subjects,
  };
}

function readSubject(value: unknown, at: number): Subject {
  const what = `statement.subject[${at}]`;
  const subject = asObject(value, what);
  const hex = asObject(subject["digest"] ?? {}, `${what}.digest`)["sha256"];
  const isHash = typeof hex === "string" && /^[0-9a-fA-F]{64}$/.test(hex);
  return {
    name: asText(subject["name"] ?? "", `${what}.name`),
    digest: isHash ? `sha256:${hex.toLowerCase()}` : null,
  };
}

/** Whether the statement is about this very artifact. `digest`: `sha256:…`. */
export function isAbout({ subjects }: Statement, digest: string): boolean {
  return subjects.some((subject) => subject.digest === digest);
}

/** What a statement is about: `digest` `sha256:…`, `name` e.g. its repository. */
export interface NamedSubject {
  readonly name: string;
  readonly digest: string;
}

/** JSON of a statement v0.1, which every reader knows. */
export function writeStatement(
  subjects: NamedSubject | readonly NamedSubject[],
  predicateType: string,
  predicate: unknown,
): Buffer {
  const subject = [subjects].flat().map(({ name, digest }) => {
    const [algorithm = "sha256", hex = ""] = digest.split(":");
    return { name, digest: { [algorithm]: hex } };
  });
  return Buffer.from(
    JSON.stringify({ _type: "https://in-toto.io/Statement/v0.1", predicateType, subject, predicate }),
  );
}
