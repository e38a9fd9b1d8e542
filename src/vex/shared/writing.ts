/** What the writers of all formats share: a fixed order of statements, and names made of the content. */
import { createHash } from "node:crypto";
import { PackageURL } from "packageurl-js";
import type { VexStatement } from "../../domain/vex.ts";
import type { VexWriting } from "../types.ts";
import { imageIdOfReference } from "./image-identity.ts";

/**
 * By vulnerability, time and content: the order they were given in is of no matter. The same said twice is said once; a product of
 * which no version is left is not written, since formats would read it as every version.
 */
export function orderedStatements({ statements }: Pick<VexWriting, "statements">): readonly VexStatement[] {
  const keyed = new Map<string, VexStatement>();
  for (const given of statements) {
    const left = given.products.filter(({ versions }) => versions === undefined || versions.length > 0);
    if (left.length === 0) continue;
    const statement = left.length === given.products.length ? given : { ...given, products: left };
    const { vulnerabilities, timestamp, status, products, justification } = statement;
    const { impactStatement, actionStatement, statusNotes, author } = statement;
    const key = JSON.stringify([
      vulnerabilities,
      new Date(timestamp).toISOString(),
      products,
      status,
      justification,
      impactStatement,
      actionStatement,
      statusNotes,
      author,
    ]);
    if (!keyed.has(key)) keyed.set(key, statement);
  }
  return [...keyed].toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))).map(([, statement]) => statement);
}

/** `urn:plimsoll:vex:<sha256 of the content>` where no id was given. */
export function documentId({ id }: VexWriting, content: unknown): string {
  if (id !== null) return id;
  return `urn:plimsoll:vex:${createHash("sha256").update(JSON.stringify(content)).digest("hex")}`;
}

/**
 * Words beside the status, for formats that have one field for them. Another author's statement stays that author's: formats name
 * only the author of the document.
 */
export function notesOf({ statusNotes, author }: VexStatement, documentAuthor: string): readonly string[] {
  const other = author === documentAuthor ? [] : [`stated by ${author}`];
  return [...(statusNotes === undefined ? [] : [statusNotes]), ...other];
}

/**
 * The package URL of what an id names: itself, or the `pkg:oci` of an image reference such as `ghcr.io/org/app:1.2`; null for
 * anything else.
 */
export function purlOf(id: string): string | null {
  if (id.startsWith("pkg:")) return id;
  const image = imageIdOfReference(id);
  if (image === null) return null;
  const { repository, tag, digest } = image;
  const name = repository?.split("/").at(-1) ?? "image";
  const qualifiers = {
    ...(repository === null ? {} : { repository_url: repository }),
    ...(tag === null ? {} : { tag }),
  };
  return new PackageURL("oci", undefined, name, digest ?? undefined, qualifiers, undefined).toString();
}

/** What a product or component is written by, of all its ids. */
export interface WrittenName {
  /** The package URL, else the reference of an image, else the first. */
  readonly id: string;
  readonly purl: string | null;
  readonly cpe: string | null;
}

/** OpenVEX names a product by an IRI and tells its package URL beside it; the other formats have one name that others can apply. */
export function writtenName(ids: readonly string[]): WrittenName {
  const purl = ids.find((each) => each.startsWith("pkg:")) ?? null;
  const id = purl ?? ids.find((each) => purlOf(each) !== null) ?? ids[0] ?? "";
  return { id, purl: purlOf(id), cpe: ids.find((each) => each.startsWith("cpe:")) ?? null };
}
