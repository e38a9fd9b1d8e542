/**
 * Questions whose answers do not change: some of the labels of `test/accuracy`, asked of a database before it is relied on. A
 * test compares this list with the labels, which tell why each answer is right.
 */
import type { AdvisoryDatabase } from "../domain/ports.ts";
import { lookUpKeys } from "../ecosystems/look-up.ts";
import { packageFromPurl } from "../sbom/package-from-purl.ts";
import { answerOf, isRight, type AccuracyLabel } from "./accuracy.ts";
import { matchPackages } from "./match-packages.ts";

export interface KnownAnswer extends AccuracyLabel {
  /** With the qualifiers that tell distribution and source package. */
  readonly package: string;
}

export interface KnownAnswersReport {
  /** Questions about name spaces that the database holds. */
  readonly asked: number;
  readonly right: number;
  /** `PURL VULNERABILITY`: about a name space that the database does not hold. */
  readonly unasked: readonly string[];
  /** `PURL VULNERABILITY`: affected, but the database holds no advisory of that vulnerability for the package. */
  readonly absent: readonly string[];
  /** The database holds the advisory, and the answer is another one; for people. */
  readonly wrong: readonly string[];
}

/**
 * Asks all questions that the database can be asked. A database of few feeds is asked little, and one that is asked nothing is
 * right about all of it.
 * @throws PlimsollError DATABASE_INVALID when a damaged block is met
 */
export function checkKnownAnswers(database: AdvisoryDatabase): KnownAnswersReport {
  const spaces = new Set(database.status.spaces);
  const unasked: string[] = [];
  const absent: string[] = [];
  const wrong: string[] = [];
  let asked = 0;
  for (const known of knownAnswers) {
    const read = packageFromPurl(known.package);
    if (read === null) continue;
    const keys = lookUpKeys(read.package, read.distro);
    const question = `${known.package} ${known.vulnerability}`;
    if (!keys.some((key) => spaces.has(key.space))) {
      unasked.push(question);
      continue;
    }
    asked += 1;
    const findings = matchPackages([read.package], read.distro, database).packages[0]?.findings ?? [];
    const answered = answerOf(known, findings);
    if (isRight(answered)) continue;
    const held = [...database.findAdvisories(keys).values()].flat();
    const isHeld = held.some(({ id, aliases }) => [id, ...aliases].includes(known.vulnerability));
    if (!isHeld) absent.push(question);
    else wrong.push(`${question}: ${answered.answer}, not ${known.verdict}`);
  }
  return { asked, right: asked - absent.length - wrong.length, unasked, absent, wrong };
}

/**
 * Why a database must not take the place of another one, for people: it gives a wrong answer, or lacks one that the other has.
 * `before` null: there is no other. Empty: it may.
 */
export function findLostAnswers(
  before: KnownAnswersReport | null,
  after: KnownAnswersReport,
): readonly string[] {
  // A feed that came besides may know less than could be known: nothing is lost by that.
  const wereAbsent = new Set([...(before?.absent ?? []), ...(before?.unasked ?? [])]);
  const lost = before === null ? [] : after.absent.filter((question) => !wereAbsent.has(question));
  return [...after.wrong, ...lost.map((question) => `${question}: no longer in the database`)];
}

/** The same of two databases, as a writer of databases asks it. @throws PlimsollError DATABASE_INVALID */
export function judgeByKnownAnswers(
  candidate: AdvisoryDatabase,
  current: AdvisoryDatabase | null,
): readonly string[] {
  const before = current === null ? null : checkKnownAnswers(current);
  return findLostAnswers(before, checkKnownAnswers(candidate));
}

type Row = readonly [purl: string, vulnerability: string, verdict: AccuracyLabel["verdict"]];

/** Facts that later advisories do not change: fixes that came out, ranges that are closed, names that mean something else. */
const rows: readonly Row[] = [
  [
    "pkg:apk/alpine/libcrypto1.1@1.1.1a-r1?arch=x86_64&distro=alpine-3.9.0&upstream=openssl",
    "CVE-2019-1543",
    "affected",
  ],
  [
    "pkg:apk/alpine/libcrypto1.1@1.1.1a-r1?arch=x86_64&distro=alpine-3.9.0&upstream=openssl",
    "CVE-2019-1563",
    "affected",
  ],
  [
    "pkg:apk/alpine/libssl1.0@1.0.2q-r0?arch=x86_64&distro=alpine-3.3.3&upstream=openssl",
    "CVE-2016-2183",
    "not_affected",
  ],
  [
    "pkg:apk/alpine/libssl1.1@1.1.1a-r1?arch=x86_64&distro=alpine-3.9.0&upstream=openssl",
    "CVE-2018-0734",
    "not_affected",
  ],
  [
    "pkg:apk/alpine/libssl1.1@1.1.1a-r1?arch=x86_64&distro=alpine-3.9.0&upstream=openssl",
    "CVE-2019-1549",
    "affected",
  ],
  ["pkg:apk/alpine/musl@1.1.20-r3?arch=x86_64&distro=alpine-3.9.0", "CVE-2019-14697", "affected"],
  ["pkg:apk/wolfi/glibc@2.39-r8?arch=x86_64&distro=wolfi-20230201", "CVE-2010-4756", "not_affected"],
  ["pkg:apk/wolfi/glibc@2.39-r8?arch=x86_64&distro=wolfi-20230201", "CVE-2023-4527", "not_affected"],
  [
    "pkg:apk/wolfi/ld-linux@2.39-r8?arch=x86_64&distro=wolfi-20230201&upstream=glibc",
    "CVE-2019-1010024",
    "not_affected",
  ],
  [
    "pkg:apk/wolfi/libssl3@3.2.1-r0?arch=x86_64&distro=wolfi-20230201&upstream=openssl",
    "CVE-2024-6119",
    "affected",
  ],
  [
    "pkg:apk/wolfi/openjdk-11-jre-base@11.0.22-r1?arch=x86_64&distro=wolfi-20230201&upstream=openjdk-11",
    "CVE-2024-21011",
    "affected",
  ],
  [
    "pkg:apk/wolfi/openjdk-11-jre@11.0.22-r1?arch=x86_64&distro=wolfi-20230201&upstream=openjdk-11",
    "CVE-2024-21147",
    "affected",
  ],
  [
    "pkg:apk/wolfi/openjdk-17-jre-base@17.0.10-r1?arch=x86_64&distro=wolfi-20230201&upstream=openjdk-17",
    "CVE-2024-21140",
    "affected",
  ],
  [
    "pkg:apk/wolfi/openssl-config@3.2.1-r0?arch=x86_64&distro=wolfi-20230201&upstream=openssl",
    "CVE-2023-0215",
    "not_affected",
  ],
  ["pkg:cargo/ammonia@3.1.0", "RUSTSEC-2021-0074", "not_affected"],
  ["pkg:cargo/bincode@1.3.1", "RUSTSEC-2025-0141", "notice"],
  ["pkg:cargo/hashbrown@0.9.1", "RUSTSEC-2024-0402", "not_affected"],
  ["pkg:cargo/humantime@1.3.0", "RUSTSEC-2025-0014", "not_affected"],
  ["pkg:cargo/hyper@0.13.5", "RUSTSEC-2021-0079", "affected"],
  ["pkg:cargo/idna@0.2.1", "PYSEC-2024-60", "not_affected"],
  ["pkg:cargo/libgit2-sys@0.12.18%2B1.1.0", "RUSTSEC-2023-0003", "affected"],
  ["pkg:cargo/once_cell@1.5.2", "RUSTSEC-2019-0017", "not_affected"],
  ["pkg:cargo/smallvec@1.3.0", "RUSTSEC-2018-0003", "not_affected"],
  ["pkg:cargo/smallvec@1.3.0", "RUSTSEC-2021-0003", "affected"],
  ["pkg:cargo/tokio@0.2.18", "RUSTSEC-2021-0124", "affected"],
  ["pkg:deb/debian/bzip2@1.0.8-4?arch=amd64&distro=debian-11", "RUSTSEC-2023-0004", "not_affected"],
  ["pkg:deb/debian/dpkg@1.20.9?arch=amd64&distro=debian-11", "CVE-2022-1664", "affected"],
  [
    "pkg:deb/debian/gpgconf@2.2.27-2%2Bdeb11u1?arch=amd64&distro=debian-11&upstream=gnupg2",
    "CVE-2022-34903",
    "affected",
  ],
  [
    "pkg:deb/debian/libaprutil1@1.6.1-5?arch=amd64&distro=debian-11&upstream=apr-util",
    "CVE-2022-25147",
    "affected",
  ],
  [
    "pkg:deb/debian/libblkid1@2.36.1-8%2Bdeb11u1?arch=amd64&distro=debian-11&upstream=util-linux",
    "CVE-2021-3995",
    "not_affected",
  ],
  [
    "pkg:deb/debian/libssl1.1@1.1.1n-0%2Bdeb11u1?arch=amd64&distro=debian-11&upstream=openssl",
    "CVE-2022-4304",
    "affected",
  ],
  [
    "pkg:deb/debian/libtiff5@4.2.0-1%2Bdeb11u1?arch=amd64&distro=debian-11&upstream=tiff",
    "CVE-2022-22844",
    "not_affected",
  ],
  ["pkg:deb/debian/openssl@1.1.1n-0%2Bdeb11u1?arch=amd64&distro=debian-11", "CVE-2022-4450", "affected"],
  ["pkg:deb/debian/subversion@1.14.1-3?arch=amd64&distro=debian-11", "CVE-2021-28544", "affected"],
  ["pkg:deb/debian/unzip@6.0-26?arch=amd64&distro=debian-11", "CVE-2022-0530", "affected"],
  ["pkg:gem/actionmailer@5.2.4.4", "CVE-2013-4389", "not_affected"],
  ["pkg:gem/activesupport@5.2.4.4", "CVE-2023-38037", "affected"],
  ["pkg:gem/addressable@2.7.0", "CVE-2026-35611", "affected"],
  ["pkg:gem/crack@0.4.4", "CVE-2013-1800", "not_affected"],
  ["pkg:gem/http@4.4.1", "RUSTSEC-2019-0033", "not_affected"],
  ["pkg:gem/rack@2.2.3", "CVE-2018-16471", "not_affected"],
  ["pkg:gem/rails-html-sanitizer@1.3.0", "CVE-2022-23519", "affected"],
  ["pkg:gem/rexml@3.2.4", "CVE-2024-41946", "affected"],
  ["pkg:gem/sprockets@3.7.2", "CVE-2018-3760", "not_affected"],
  ["pkg:golang/github.com/containerd/containerd@v1.5.0", "GO-2025-3701", "not_affected"],
  ["pkg:golang/github.com/emicklei/go-restful@v2.9.5%2Bincompatible", "GO-2022-0619", "affected"],
  ["pkg:golang/github.com/evanphx/json-patch@v4.9.0%2Bincompatible", "GO-2021-0076", "not_affected"],
  ["pkg:golang/go.etcd.io/etcd@v0.5.0-alpha.5.0.20200910180754-dd1b699fc489", "GO-2021-0077", "not_affected"],
  ["pkg:golang/go.etcd.io/etcd@v0.5.0-alpha.5.0.20200910180754-dd1b699fc489", "GO-2024-2527", "affected"],
  ["pkg:golang/golang.org/x/crypto@v0.0.0-20201002170205-7f63de1d35b0", "GO-2026-5013", "affected"],
  ["pkg:golang/golang.org/x/crypto@v0.0.0-20210322153248-0c34fe9e7dc2", "GO-2025-4116", "affected"],
  ["pkg:golang/golang.org/x/net@v0.0.0-20201110031124-69a78807bb2b", "GO-2021-0078", "not_affected"],
  ["pkg:golang/golang.org/x/net@v0.0.0-20201110031124-69a78807bb2b", "GO-2024-2687", "affected"],
  ["pkg:golang/helm.sh/helm/v3@v3.5.0", "GO-2024-2575", "affected"],
  ["pkg:golang/k8s.io/kubernetes@v1.13.0", "GO-2022-0617", "not_affected"],
  ["pkg:golang/k8s.io/kubernetes@v1.13.0", "GO-2023-2159", "affected"],
  ["pkg:golang/stdlib@1.15.6", "GO-2021-0067", "not_affected"],
  ["pkg:golang/stdlib@1.16.3", "GO-2021-0234", "not_affected"],
  ["pkg:golang/stdlib@1.16.3", "GO-2022-0236", "affected"],
  ["pkg:golang/stdlib@1.16.3", "GO-2026-4946", "affected"],
  ["pkg:pypi/aiohttp@3.7.4", "PYSEC-2022-43059", "not_affected"],
  ["pkg:pypi/django@3.1.7", "PYSEC-2021-98", "affected"],
  ["pkg:pypi/ipython@7.21.0", "PYSEC-2023-17", "affected"],
  ["pkg:pypi/lxml@4.6.2", "PYSEC-2021-852", "affected"],
  ["pkg:pypi/notebook@6.2.0", "PYSEC-2018-18", "not_affected"],
  ["pkg:pypi/protobuf@3.15.3", "RUSTSEC-2024-0437", "not_affected"],
  ["pkg:pypi/tensorflow@2.4.1", "PYSEC-2020-125", "not_affected"],
  ["pkg:pypi/tensorflow@2.4.1", "PYSEC-2020-131", "not_affected"],
  ["pkg:pypi/tensorflow@2.4.1", "PYSEC-2021-213", "affected"],
  ["pkg:pypi/twisted@21.2.0", "PYSEC-2020-259", "not_affected"],
  [
    "pkg:rpm/almalinux/curl-minimal@7.76.1-19.el9?arch=x86_64&distro=almalinux-9.1&upstream=curl-7.76.1-19.el9.src.rpm",
    "CVE-2022-32206",
    "not_affected",
  ],
  [
    "pkg:rpm/almalinux/glib2@2.68.4-5.el9?arch=x86_64&distro=almalinux-9.1&upstream=glib2-2.68.4-5.el9.src.rpm",
    "CVE-2025-13601",
    "affected",
  ],
  [
    "pkg:rpm/almalinux/gmp@6.2.0-10.el9?arch=x86_64&distro=almalinux-9.1&epoch=1&upstream=gmp-6.2.0-10.el9.src.rpm",
    "CVE-2021-43618",
    "affected",
  ],
  [
    "pkg:rpm/almalinux/krb5-libs@1.19.1-24.el9_1?arch=x86_64&distro=almalinux-9.1&upstream=krb5-1.19.1-24.el9_1.src.rpm",
    "CVE-2024-26458",
    "affected",
  ],
  [
    "pkg:rpm/almalinux/libksba@1.5.1-5.el9_0?arch=x86_64&distro=almalinux-9.1&upstream=libksba-1.5.1-5.el9_0.src.rpm",
    "CVE-2022-3515",
    "not_affected",
  ],
  [
    "pkg:rpm/almalinux/libnghttp2@1.43.0-5.el9?arch=x86_64&distro=almalinux-9.1&upstream=nghttp2-1.43.0-5.el9.src.rpm",
    "CVE-2023-44487",
    "affected",
  ],
  [
    "pkg:rpm/almalinux/libtasn1@4.16.0-7.el9?arch=x86_64&distro=almalinux-9.1&upstream=libtasn1-4.16.0-7.el9.src.rpm",
    "CVE-2021-46848",
    "affected",
  ],
];

export const knownAnswers: readonly KnownAnswer[] = rows.map(([purl, vulnerability, verdict]) => ({
  package: purl,
  vulnerability,
  verdict,
}));
