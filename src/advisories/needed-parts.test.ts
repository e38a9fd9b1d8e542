/** Parts that a scan needs: by the spaces of its packages, what is at hand, exclusions and licences. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { feeds } from "./feeds.ts";
import { neededParts, partsToRefresh, type NeededOptions } from "./needed-parts.ts";
import { partLabel } from "./select-parts.ts";

type Status = NonNullable<NeededOptions["status"]>;

/** A database that holds these parts and knows these spaces. */
function holding(labels: readonly string[], spaces: readonly string[]): Status {
  return {
    spaces,
    feeds: labels.map((label) => {
      const [feed = "", ...part] = label.split("/");
      return {
        feed,
        part: part.join("/"),
        recordCount: 1,
        fetchedAt: "2030-01-01T00:00:00Z",
        origin: "https://example.com/",
        licence: "MIT",
        failure: null,
      };
    }),
  };
}

const rows: readonly (Partial<NeededOptions> & {
  readonly name: string;
  readonly parts: readonly string[];
  readonly left?: readonly string[];
})[] = [
  { name: "no packages: scores alone", spaces: [], parts: ["epss", "kev"] },
  { name: "a language", spaces: ["npm"], parts: ["epss", "kev", "osv/npm"] },
  {
    name: "a release of Alpine, and no other",
    spaces: ["apk:alpine:3.18"],
    parts: ["alpine/v3.18/community", "alpine/v3.18/main", "epss", "kev", "osv/Alpine"],
  },
  {
    name: "Debian of any release, with a language",
    spaces: ["deb:debian:11", "pypi"],
    parts: ["debian/tracker", "epss", "kev", "osv/Debian", "osv/PyPI"],
  },
  {
    name: "terms that each user accepts",
    spaces: ["apk:wolfi", "golang"],
    parts: ["epss", "kev", "osv/Go"],
    left: ["osv/Wolfi", "wolfi"],
  },
  { name: "nothing known of a space", spaces: ["terraform"], parts: ["epss", "kev"] },
  { name: "excluded parts", spaces: ["npm"], exclude: ["epss", "osv/npm"], parts: ["kev"] },
  {
    name: "only what is missing of a database at hand, and no scores again",
    spaces: ["npm", "pypi"],
    status: holding(["osv/npm"], ["npm"]),
    parts: ["osv/PyPI"],
  },
  {
    name: "all is at hand",
    spaces: ["npm"],
    status: holding(["osv/npm"], ["npm"]),
    parts: [],
  },
  {
    name: "a part at hand that has nothing of the space",
    spaces: ["deb:debian:99"],
    status: holding(["debian/tracker", "osv/Debian"], ["deb:debian:12"]),
    parts: [],
  },
];

for (const { name, parts, left = [], spaces = [], status = null, exclude = [] } of rows) {
  test(`needed parts: ${name}`, () => {
    const needed = neededParts({ spaces, status, exclude });
    assert.deepEqual(needed.parts.toSorted(), parts);
    assert.deepEqual(needed.left.map(({ part }) => part).toSorted(), left);
    assert.deepEqual(
      Object.keys(needed.addresses).toSorted(),
      [...new Set(parts.map((part) => part.split("/")[0] ?? ""))].toSorted(),
    );
  });
}

const defaults = feeds.flatMap((feed) =>
  feed.parts.filter(({ isDefault }) => isDefault).map(({ id }) => partLabel(feed.id, id)),
);
const steady = feeds.flatMap((feed) =>
  feed.parts
    .filter(({ isDefault, mayBeAbsent }) => isDefault && !mayBeAbsent)
    .map(({ id }) => partLabel(feed.id, id)),
);

test("an update without names brings up to date what is at hand, and adds nothing", () => {
  const status = holding(["osv/npm", "kev", "osv/Go", "retired/part"], ["npm"]);
  assert.deepEqual(partsToRefresh(status).toSorted(), ["kev", "osv/Go", "osv/npm"]);
});

test("whoever has the default parts gets new ones of them too, and keeps what was named besides", () => {
  const refreshed = partsToRefresh(holding([...steady, "osv/Go"], []));
  assert.deepEqual(new Set(refreshed), new Set([...defaults, "osv/Go"]));
});

test("without a database, or with nothing live in it, an update fetches the default parts", () => {
  assert.deepEqual(partsToRefresh(null), []);
  assert.deepEqual(partsToRefresh(holding(["retired/part"], [])), []);
});

/** Live parts of advisories that no scan fetches by itself. */
const onlyWhenNamed: ReadonlySet<string> = new Set([
  // OSV has what they say of packages, and more.
  "friendsofphp",
  "rubysec/gems",
  "rubysec/rubies",
  // A download of all CVEs, for products by CPE.
  "cve-enrichment",
  // Hundreds of megabytes, or many pages; OSV has what they say of fixes.
  "redhat",
  "rocky",
  "suse",
]);

test("every live part of advisories serves a space, or is named as one that is fetched only by name", () => {
  const forgotten = feeds
    .filter(({ holds }) => holds !== "contexts")
    .flatMap((feed) => feed.parts.map((part) => ({ label: partLabel(feed.id, part.id), part })))
    .filter(({ label, part }) => (part.serves ?? []).length === 0 && !onlyWhenNamed.has(label))
    .map(({ label }) => label);
  assert.deepEqual(forgotten, []);
});
