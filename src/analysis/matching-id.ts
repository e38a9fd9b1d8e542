/**
 * What the findings of a package rest on besides the package: the database, and the program that looks it up and compares. With
 * the same id they are the same, so that what was stored with it need not be matched again.
 */
import { createHash } from "node:crypto";
import { producersOf } from "../ecosystems/look-up.ts";
import { MATCHING_VERSION } from "./advisory-digest.ts";

/** Another one, 16 hexadecimal digits, looks packages up or compares them otherwise. */
export function matchingProgram(): string {
  const versions = Object.entries(producersOf("installed")).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([MATCHING_VERSION, versions]))
    .digest("hex")
    .slice(0, 16);
}

/** `sha256:…/0123456789abcdef`, of a database's digest and this program. */
export function matchingId(databaseDigest: string): string {
  return `${databaseDigest}/${matchingProgram()}`;
}
