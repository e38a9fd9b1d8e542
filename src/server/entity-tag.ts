/**
 * Tags of answers, so that who asks again every minute is not sent again what it has. A tag is made of the answer itself: it says
 * nothing to somebody who was not given the answer, and two servers give the same.
 */
import { createHash } from "node:crypto";

/** Tag of an answer's text, with its quotes. */
export function entityTag(text: string): string {
  return `"${createHash("sha256").update(text).digest("base64url").slice(0, TAG_LENGTH)}"`;
}

/** 132 bits: nobody meets another answer's by chance, or makes one. */
const TAG_LENGTH = 22;

/** Whether the value of `If-None-Match` names the tag, or any; RFC 9110, 13.1.2. A proxy that compresses marks tags as weak. */
export function namesTag(header: string | null, tag: string): boolean {
  if (header === null || header.length > HEADER_LENGTH_MAX) return false;
  const names = header.split(",").map((word) => word.trim().replace(/^W\//, ""));
  return names.includes(tag) || names.includes("*");
}

/** Of more than a hundred tags none is looked at. */
const HEADER_LENGTH_MAX = 4_096;
