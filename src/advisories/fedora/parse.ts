/**
 * Updates of Fedora. The vulnerabilities stand in the titles of the bugs that an update refers to; the title is a list of builds.
 * Packages are named one by one; source packages are nobody's.
 */
import type { FeedDocument } from "../shared/document.ts";
import { readErrata, type ErratumPackage } from "../shared/errata.ts";
import { readUpdateinfo, type Update } from "../shared/updateinfo.ts";
import type { FeedReading } from "../types.ts";

export function readFedoraUpdates(document: FeedDocument): FeedReading {
  const { updates, broken } = readUpdateinfo(document);
  const spaces = new Set<string>();
  const errata = updates.map((update) => {
    const space = spaceOf(update);
    if (space !== null) spaces.add(space);
    const packages = update.packages
      .filter(({ architecture }) => architecture !== "src")
      .map(({ name, version }): ErratumPackage => ({ space, name, version, since: null, modularity: null }));
    return { ...update, packages, url: `https://bodhi.fedoraproject.org/updates/${update.id}` };
  });
  const reading = readErrata(errata, {
    source: "fedora",
    partOf,
    unsupported: "Fedora of other repositories",
  });
  const faults = Array.from({ length: broken }, () => ({
    id: document.name,
    reason: "an update is no XML or has no id",
  }));
  return {
    records: reading.records,
    rejected: [...reading.rejected, ...faults],
    // A release of which no update is about security is known all the same.
    spaces: [...spaces].map((space) => ({ part: partOf(space), space })),
  };
}

function partOf(space: string): string {
  return space.replace("rpm:fedora:", "");
}

/** `Fedora 43`. `Fedora EPEL 9` is for other distributions, `Fedora 38 Modular` is about streams that the list does not name. */
function spaceOf({ release }: Update): string | null {
  const number = /^Fedora (\d{1,3})$/.exec(release)?.[1];
  return number === undefined ? null : `rpm:fedora:${number}`;
}
