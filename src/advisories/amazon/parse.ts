/**
 * Notices of Amazon Linux: the id tells the release and, for Amazon Linux 2, the extra repository it is about.
 */
import type { FeedDocument } from "../shared/document.ts";
import { readErrata, type ErratumPackage } from "../shared/errata.ts";
import { readUpdateinfo, type Update } from "../shared/updateinfo.ts";
import type { FeedReading } from "../types.ts";

export function readAmazonUpdates(document: FeedDocument): FeedReading {
  const { updates, broken } = readUpdateinfo(document);
  const errata = updates.map((update) => {
    const { space, topic, page } = placeOf(update.id);
    const packages = update.packages
      .filter(({ architecture }) => architecture !== "src")
      .map(({ name, version }): ErratumPackage => ({
        space,
        name,
        version,
        since: firstOfTopic(topic, version),
        modularity: null,
      }));
    return { ...update, title: titleOf(update), packages, url: page };
  });
  const reading = readErrata(errata, {
    source: "amazon",
    partOf: (space) => space.replace("rpm:amzn:", ""),
    unsupported: "Amazon Linux of no known release",
  });
  const faults = Array.from({ length: broken }, () => ({
    id: document.name,
    reason: "a notice is no XML or has no id",
  }));
  return { ...reading, rejected: [...reading.rejected, ...faults] };
}

interface Place {
  readonly space: string | null;
  /** `KERNEL-5.15`, `POSTGRESQL14`; empty for the core. */
  readonly topic: string;
  readonly page: string | null;
}

/** `ALAS-2018-939` is Amazon Linux 1, `ALAS2-…`, `ALAS2KERNEL-5.15-2022-001`, `ALAS2023-2023-001`, `ALAS2023LIVEPATCH-2023-001`. */
function placeOf(id: string): Place {
  const match = /^ALAS(2022|2023|2)?([A-Z][A-Z0-9._-]{0,60}?)?-(\d{4}-\d{1,6})$/i.exec(id);
  if (match === null) return { space: null, topic: "", page: null };
  const [, release = "2018", topic = "", number] = match;
  const folder = release === "2018" ? "" : release === "2" ? "AL2/" : `AL${release}/`;
  const page = `https://alas.aws.amazon.com/${folder}ALAS${topic}-${number}.html`;
  return { space: `rpm:amzn:${release}`, topic, page };
}

/**
 * Extra repositories of Amazon Linux 2 carry newer versions under the names of the core's packages: a fix in kernel 5.15 says
 * nothing of the core's kernel 4.14. A topic that names a version is about that one and later ones only.
 */
function firstOfTopic(topic: string, version: string): string | null {
  const named = /(\d{1,4}(?:\.\d{1,4}){0,2})$/.exec(topic)?.[1];
  const upstream = version.slice(version.indexOf(":") + 1);
  if (named === undefined || !(upstream.startsWith(`${named}.`) || upstream.startsWith(`${named}-`)))
    return null;
  return `${version.slice(0, version.indexOf(":"))}:${named}`;
}

/** `Amazon Linux 2 2017.12 - ALAS2-2018-939: critical priority package update for kernel`, without what the id says. */
function titleOf({ id, title }: Update): string {
  const at = title.indexOf(`${id}:`);
  return at === -1 ? title : title.slice(at);
}
