/**
 * How a document names what it is about.
 */
import { createHash } from "node:crypto";
import type { ResolvedImage } from "../../domain/image.ts";

/** Formats that demand an instant get this one where the image has none, so that the same image gives the same bytes. */
export const NO_TIME = "1970-01-01T00:00:00Z";

/** `docker.io/library/alpine:3.18`, or the reference when the source names no repository. */
export function subjectName(image: ResolvedImage): string {
  if (image.repository === null) return image.reference;
  return image.tag === null ? image.repository : `${image.repository}:${image.tag}`;
}

/** `pkg:oci/alpine@sha256%3A…?repository_url=docker.io%2Flibrary%2Falpine&tag=3.18`, or null without repository or digest. */
export function subjectPurl(image: ResolvedImage): string | null {
  if (image.repository === null || image.digest === null) return null;
  const name = image.repository.slice(image.repository.lastIndexOf("/") + 1).toLowerCase();
  const tag = image.tag === null ? "" : `&tag=${encodeURIComponent(image.tag)}`;
  const repository = encodeURIComponent(image.repository.toLowerCase());
  return `pkg:oci/${name}@${encodeURIComponent(image.digest)}?repository_url=${repository}${tag}`;
}

/** The first `sha256:…` among texts that may hold one: a version, a digest, the version of an OCI purl. */
export function findDigest(...texts: readonly (string | null)[]): string | null {
  for (const text of texts) {
    const found = /sha256(?::|%3A)([0-9a-f]{64})/i.exec(text ?? "");
    if (found?.[1] !== undefined) return `sha256:${found[1].toLowerCase()}`;
  }
  return null;
}

/** Hex of the sha256 of a text: what identifiers inside documents are made from, so that they never change by themselves. */
export function contentDigest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** A version 8 UUID (RFC 9562 section 5.8) made from the sha256 of a text. */
export function contentUuid(text: string): string {
  const hex = contentDigest(text);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

/** RFC 3339 in whole seconds and UTC, `2026-11-21T10:00:00Z`; null for text that is no instant of the years 0 to 9999. */
export function wholeSeconds(timestamp: string | null): string | null {
  if (timestamp === null) return null;
  const instant = new Date(timestamp);
  if (Number.isNaN(instant.getTime())) return null;
  const text = instant.toISOString();
  return text.length === 24 ? `${text.slice(0, 19)}Z` : null;
}
