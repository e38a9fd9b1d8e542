/**
 * Pages of rpm repositories that lead to their list of updates: lists of mirrors, and `repomd.xml`
 * (https://github.com/rpm-software-management/createrepo_c), which names the files of a repository with their checksums.
 */
import type { FollowedPage } from "../types.ts";
import type { FeedDocument } from "./document.ts";

/** Addresses of a page of metadata; the first mirror of a list is enough, since all have the same. */
export function followRepository(page: FeedDocument): FollowedPage {
  if (!page.name.endsWith("repomd.xml")) {
    const mirror = /^\s*(\S{1,500})/.exec(page.text())?.[1];
    return mirror === undefined ? {} : { pages: [`${mirror.replace(/\/$/, "")}/repodata/repomd.xml`] };
  }
  const href = updateinfoOf(page.text());
  // Relative to the repository, whose folder `repodata` holds the page. None: the repository has no updates.
  return href === null ? {} : { contents: [`../${href}`] };
}

/** `repodata/<checksum>-updateinfo.xml.gz`; forms that only one program reads (`updateinfo_zck`) are passed over. */
function updateinfoOf(repomd: string): string | null {
  for (const [, body = ""] of repomd.matchAll(/<data type="updateinfo">([\s\S]{1,5000}?)<\/data>/g)) {
    const href = /<location[^>]{0,200}\bhref="([\w./+-]{1,300})"/.exec(body)?.[1];
    if (href !== undefined) return href;
  }
  return null;
}
