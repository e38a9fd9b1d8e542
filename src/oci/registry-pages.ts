/**
 * Lists that a registry hands out in pages (OCI distribution specification, content discovery; RFC 8288 links).
 */
import { asTexts, parseJsonObject } from "./json.ts";
import { protocolError } from "./registry-failure.ts";
import type { HttpResponse } from "../io/http.ts";

const pagesMax = 200;
const pageBytesMax = 8 * 1024 ** 2;
const entriesMax = 100_000;

/** Follows `rel="next"` links on the same registry. @throws OciError REGISTRY_PROTOCOL past 200 pages, and what `fetch` throws */
export async function fetchPages(
  first: string,
  field: string,
  fetch: (target: string) => Promise<{ readonly response: HttpResponse; readonly bytes: Uint8Array }>,
): Promise<readonly string[]> {
  const found: string[] = [];
  let target: string | null = first;
  for (let page = 0; target !== null; page += 1) {
    if (page >= pagesMax) throw protocolError(`more than ${pagesMax} pages`);
    const { response, bytes } = await fetch(target);
    found.push(...asTexts(parseJsonObject(bytes, "page of a list", pageBytesMax)[field], field, entriesMax));
    target = nextTarget(response.headers["link"] ?? "", response.url);
  }
  return found;
}

/** `</v2/a/tags/list?n=2&last=b>; rel="next"` -> the path and query; null at the end. A link to elsewhere is not followed. */
function nextTarget(link: string, url: string): string | null {
  const end = link.indexOf(">");
  if (!link.startsWith("<") || end === -1 || !/;\s{0,8}rel="?next"?/.test(link.slice(end + 1))) return null;
  const next = URL.parse(link.slice(1, end), url);
  if (next === null || next.origin !== new URL(url).origin) throw protocolError("a link to elsewhere");
  return `${next.pathname}${next.search}`;
}
