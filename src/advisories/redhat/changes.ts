/**
 * Red Hat's lists of changes: rows of a path and an instant, `"2023/cve-2023-6240.json","2024-08-04T10:17:22+00:00"`, newest first.
 * `changes.csv` names every document that there is, `deletions.csv` those that there were.
 */
import type { FeedDocument } from "../shared/document.ts";
import { asInstant } from "../shared/fields.ts";
import type { FeedChange, FollowedPage } from "../types.ts";

export function followChanges(page: FeedDocument): FollowedPage {
  const isRemoved = page.name.endsWith("deletions.csv");
  const changes = readChanges(page.text(), isRemoved);
  return isRemoved ? { changes } : { changes, pages: ["deletions.csv"], contents: ["vex-archive.tar.zst"] };
}

function readChanges(text: string, isRemoved: boolean): FeedChange[] {
  const changes: FeedChange[] = [];
  for (const line of text.split("\n")) {
    const [, path, written] = /^"?(\d{4}\/[\w.-]{1,100}\.json)"?,"?([\w:+.-]{1,40})"?\s*$/.exec(line) ?? [];
    const at = asInstant(written);
    if (path !== undefined && at !== null) changes.push({ path, at, isRemoved });
  }
  return changes;
}
