/** docs/reference/feeds.md: every feed with its parts, address and licence, and why some are no defaults or not there at all. */
import { feeds } from "../../src/advisories/feeds.ts";
import type { Feed, FeedPart } from "../../src/advisories/types.ts";

export function feedsReference(): string {
  return `# Feeds

Made from the feeds in \`src/advisories\` by \`npm run docs\`. \`plimsoll db feeds\` prints the same list; \`plimsoll db status\` says
what a database holds, from where, under which licence, and how old it is.

## Feeds and parts

Each part is one download with a snapshot of its own. Parts that are fetched by \`plimsoll db update\` when none are named are
defaults; the others are fetched when named: \`plimsoll db update osv/Go nvd\`. A feed without defaults is fetched whole by its name.

| feed | id | holds | default parts | other parts | base address |
| --- | --- | --- | --- | --- | --- |
${feeds.map(feedRow).join("\n")}

A mirror replaces the base address; the path of a part stays below it (\`plimsoll db feeds\` prints whole addresses).

Why these defaults: they are what most images need, under terms that allow everybody to use them. Alpine is fetched twice on purpose:
its own list is the newest and covers edge, the one of OSV brings severities. Ubuntu, the NVD and the CVE records are left out for
their size, parts under non-commercial or unclear terms for those. A package of a space that no part covers cannot be judged, and
results say so.

## Licences

| feed | parts | licence |
| --- | --- | --- |
${feeds.flatMap(licenceRows).join("\n")}

A feed or part whose licence you cannot accept is switched off by \`PLIMSOLL_FEEDS_EXCLUDE\` (\`osv/Wolfi,epss\`): it is never fetched,
and what the database holds of it goes with the next update. \`plimsoll db status\` shows what is switched off.

## Feeds that are not there

| source | why |
| --- | --- |
${absent.map(({ source, reason }) => `| ${source} | ${reason} |`).join("\n")}

## How records are read

- \`plimsoll db build --from\` reads a file, a zip, a tar (plain, gzip, zstd or bzip2) or a folder of these; the feed of each document is told by
  its content. An operator's own advisories are OSV files, and need no more than that.
- Of copies of one record the newest wins; a withdrawn or rejected copy takes older ones away. Zero dates (\`0001-01-01\`) are unknown.
- Aliases: \`aliases\`, and for distributions \`upstream\`. A distribution's notice on several vulnerabilities becomes one advisory for
  each CVE, because as aliases they would be taken for one vulnerability.
- Severities: CVSS vectors of versions 2, 3 and 4 are scored by their base metrics; words (GHSA's \`MODERATE\`, Ubuntu's priority,
  Debian's urgency) stand beside them with their source. Ratings of the NVD, of CNAs and of CISA belong to the vulnerability and are
  joined by its id.
- Malicious packages (\`MAL-\` records, GitHub's malware notices, crates that RustSec calls malicious) and notices (unmaintained, unsound)
  are told from vulnerabilities.
- CPE is used for programs that no package manager lists, and for nothing else: name space \`cpe\` (Node.js's own advisories: \`nodejs\`), name \`vendor:product\`. Products that
  run on other systems, in other software (\`wordpress\`, \`node.js\`) or as firmware get no row. An excluded start of a range is
  taken as included.
- What cannot be used is counted and the first twenty reasons are told; it never stops the build. Ecosystems without a place in the
  database are counted by name. A broken archive does stop it, and the database that was there stays.

## Lists and trackers

- \`debian\`: the tracker's export is live; the lists \`DSA/list\` and \`DLA/list\` are read from files and reach back to releases that it
  has dropped. \`fixed_version\` 0 is \`not_affected\`. Open ones: \`ignored\` and \`unimportant\` are \`will_not_fix\`, \`postponed\` is
  \`deferred\`, a plain \`no-dsa\` and all others are \`affected\`; the tracker's words stand beside them. \`undetermined\` is
  \`under_investigation\`. A notice that only repairs a regression and names no CVE says nothing.
- \`wolfi\`, \`chainguard\`, \`minimos\`: version \`0\` is \`not_affected\`. Wolfi's YAML advisories are read as well, the latest event of each;
  a detection that nobody has judged yet is \`under_investigation\`.
- \`ubuntu\`: saved pages of \`/security/cves.json\` and \`/security/notices.json\`, by source package. What is released to Ubuntu Pro alone
  is a fix with a note. \`fips\`, \`realtime\` and the like are archives of their own and counted as unsupported. The service serves twenty
  at a time and no whole, so nothing of it is live; \`osv/Ubuntu\`, which Canonical writes, is.
- \`rubysec\`, \`friendsofphp\`: constraints become intervals. RubySec lists what is safe, so all else is affected; FriendsOfPHP's branches
  are joined where they touch, so that a range ends at its fix. Ruby itself is found by CPE.
- \`arch\`: a group is fixed for all its packages at once. \`affected\` is the version that was known to be vulnerable, not the first
  one, so ranges begin at the beginning. A fix that is in the testing repository alone says so in a note.
- \`azurelinux\`: versions are those of the tests' states, because sentences leave the suffix (\`.azl3\`) out. \`Not Applicable\` is
  \`not_affected\`. An excluded start of a range is taken as included.
- \`fedora\`, \`amazon\`, \`rocky\`: binary packages; a notice that is not about security says nothing. Fedora names vulnerabilities in the
  titles of bugs only. Its ended releases stand in an archive, whose lists are compressed with xz and not read. Amazon Linux 2's core and
  those of its extra repositories that have notices are one part.
- \`oracle\`, \`redhat\`, \`suse\`: whole archives. Red Hat's is made now and then; documents that have changed since are fetched one by
  one and replace the archive's, those that are gone are left out. SUSE's tells of each package of each product, and takes minutes and
  gigabytes of memory.
- \`nodejs\`: Node.js itself, by CPE; affected is what is vulnerable and not patched. Nine advisories are of Windows alone,
  and say so.
- \`nvd\`, \`cve\`, \`cve-enrichment\`: what is limited to Windows, macOS and other systems than Linux (by a platform, the target
  software of a CPE, or the record's list of platforms) keeps its systems; what is limited to appliances is left out.

## Updates

- Each part is asked for with the ETag or date of its snapshot. Not modified: only its age changes.
- Where a part begins with pages (lists of mirrors, \`repomd.xml\`, lists of changes, the first of many pages), these are fetched each
  time, and the content when they have changed. Pages lead on below the feed's base address or on their own host, nowhere else.
- A download that breaks off is taken up where it stopped, at once or by the next update, if the server gives an ETag or a date and
  takes ranges. What nobody came back for is removed after three days.
- A part that fails keeps its last good snapshot; the failure and the age show in \`plimsoll db status\`. Damaged snapshots are fetched
  again.
- A part with more than 20 % fewer records than before is held back (\`FEED_SHRUNK\`) until \`--accept-shrunk\` names it.
- One new manifest is swapped in at the end. An update that is stopped at any moment leaves the old database as it was.
- Ceilings: 2 GiB for a download, 64 MiB for a page, 256 MiB for one document (448 MiB inflated), 2,000 addresses of a part, 20,000
  changed documents, 2,000,000 documents and 32 GiB for one input.

## Formats

${feeds.map(({ title, specs }) => `- ${title}: ${specs.map((url) => `<${url}>`).join(", ")}`).join("\n")}
`;
}

function feedRow({ title, id, holds, parts, baseUrl }: Feed): string {
  const defaults = parts.filter((part) => part.isDefault);
  const others = parts.filter((part) => !part.isDefault);
  const what = holds === undefined ? "advisories" : "scores";
  return `| ${[title, `\`${id}\``, what, names(defaults), names(others), `<${baseUrl}>`].join(" | ")} |`;
}

/** All of a few parts; of many, the first and the last. */
function names(parts: readonly FeedPart[]): string {
  const ids = parts.map(({ id }) => (id === "" ? "the whole" : `\`${id}\``));
  if (ids.length === 0) return "none";
  return ids.length <= namesMax ? ids.join(", ") : `${ids[0]} to ${ids.at(-1)} (${ids.length})`;
}

const namesMax = 32;

/** Parts of one licence in one row. */
function licenceRows({ id, parts, licence }: Feed): string[] {
  const groups = Map.groupBy(parts, (part) => licence(part.id));
  return [...groups].map(([words, members]) => {
    const which = groups.size === 1 ? "all" : names(members);
    return `| \`${id}\` | ${which} | ${words} |`;
  });
}

const absent: readonly { readonly source: string; readonly reason: string }[] = [
  {
    source: "GitLab Advisory Database",
    reason:
      "Its terms forbid the use of its records by tools of third parties. Its open source edition (advisories-community, MIT) may be used; it is 30 days late, speaks of the packages that GHSA speaks of, and is not read.",
  },
  {
    source: "inTheWild",
    reason:
      "Neither the site nor the repository of its database states a licence, so nobody may pass its records on. CISA's catalogue (`kev`) tells of vulnerabilities that are exploited.",
  },
  {
    source: "GitHub advisories as a feed of their own",
    reason:
      "The same records, in the same schema, come with `osv` (npm, PyPI, Go, crates.io, Maven, NuGet, RubyGems, Packagist, Hex, Pub, GitHub Actions, SwiftURL). `db build --from` reads a checkout of the repository.",
  },
  {
    source: "PyPA, RustSec and the Go database as feeds of their own",
    reason:
      "As above: `osv/PyPI`, `osv/crates.io` and `osv/Go` hold them, and `db build --from` reads their repositories.",
  },
  {
    source: "Docker's hardened images (DHI)",
    reason:
      "Read from files in the OSV schema by `db build --from`; the repository is no download of osv.dev. Packages of the type `dhi` come from SBOM documents only.",
  },
  {
    source: "Old npm advisories of the Node.js working group as a download",
    reason:
      "Closed in 2020 and merged into GHSA, which `osv/npm` holds. Read from files by `db build --from`, as part `npm` of `nodejs`.",
  },
  {
    source: "endoflife.date",
    reason:
      "Its dates are compared with those of the makers' own pages, which the program knows itself (`src/policies/shared/distros.ts`), so that a scan needs no download to tell that a release has ended.",
  },
  {
    source: "retire.js",
    reason:
      "Names browser libraries by what their files look like, not packages. Its entries for npm packages are those of GHSA, which `osv/npm` holds.",
  },
  {
    source: "NVD feeds of version 1.1",
    reason: "Retired by the NVD at the end of 2023; the same entries are in version 2.0.",
  },
];
