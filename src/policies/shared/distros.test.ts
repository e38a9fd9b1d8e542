import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Distro } from "../../domain/package.ts";
import { endOfLifeText, judgeDistro } from "./distro-support.ts";
import { distroLines, lookedUpOn } from "./distros.ts";

describe("the table of ends", () => {
  for (const { id, namePrefix, source, releases, rolling } of distroLines) {
    it(`${namePrefix ?? id} has a source, real days, and says which of them were planned`, () => {
      assert.match(source, /^https:\/\/[^ ]+$/);
      assert.equal(rolling, releases.length === 0);
      assert.equal(new Set(releases.map(({ version }) => version)).size, releases.length);
      for (const { version, supportEnd, isPlanned } of releases) {
        assert.match(version, /^\d+(?:\.\d+)?$/);
        if (supportEnd === null) continue;
        assert.equal(new Date(`${supportEnd}T00:00:00Z`).toISOString().slice(0, 10), supportEnd);
        assert.equal(isPlanned, supportEnd > lookedUpOn);
      }
    });
  }

  it("newer releases of a line end no earlier", () => {
    const dated = distroLines
      // Interim releases of Ubuntu end before the one with long support that came first, several of SUSE run side by side,
      // CentOS Linux 8 was cut short, Amazon Linux 2 came after 2018, and Leap 15 after 42.
      .filter(({ id }) => !["ubuntu", "sles", "amzn", "centos", "opensuse-leap"].includes(id))
      .map(({ releases }) => releases.filter(({ supportEnd }) => supportEnd !== null));
    for (const releases of dated) {
      const byVersion = releases.toSorted((a, b) => parts(a.version) - parts(b.version));
      const ends = byVersion.map(({ supportEnd }) => supportEnd);
      assert.deepEqual(ends, ends.toSorted());
    }
  });
});

/** `3.10` comes after `3.9`. */
function parts(version: string): number {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major * 1000 + minor;
}

const at = (id: string, versionId: string | null, name = id): Distro => ({
  id,
  versionId,
  codename: null,
  name,
  idLike: [],
});
const now = new Date("2026-11-22T12:00:00Z");

describe("the support of a distribution", () => {
  const rows: readonly (readonly [Distro, string, RegExp])[] = [
    [at("debian", "12"), "approved", /until 2028-06-30 as planned/],
    [at("debian", "11"), "refused", /since 2026-08-31/],
    [at("debian", "6.0.10"), "refused", /since 2016-02-29/],
    [at("alpine", "3.2.3"), "refused", /since 2017-05-01/],
    [at("alpine", "3.22.1"), "approved", /2027-05-01/],
    [at("centos", "8", "CentOS Linux 8"), "refused", /since 2021-12-31/],
    [at("centos", "8", "CentOS Stream 8"), "refused", /since 2024-05-31/],
    [at("centos", "9", "CentOS Stream 9"), "approved", /2027-05-31/],
    [at("centos", "9", "CentOS 9"), "unknown", /not known/],
    [at("amzn", "2018.03"), "refused", /since 2023-12-31/],
    [at("amzn", "2023"), "approved", /2029/],
    [at("sles", "15.6"), "refused", /since 2025-12-31/],
    [at("sles", "15.7"), "approved", /2031-07-31/],
    [at("opensuse-leap", "15.6"), "refused", /since 2026-04-30/],
    [at("opensuse-tumbleweed", "20261101"), "approved", /rolling/],
    [at("arch", null), "approved", /rolling/],
    [at("gentoo", "2.15"), "approved", /rolling/],
    [at("photon", "5.0"), "approved", /is supported/],
    [at("mariner", "2.0"), "refused", /since 2025-07-31/],
    [at("openwrt", "24.10.2"), "unknown", /not known/],
    [at("busybox", "1.36.1"), "unknown", /not known/],
  ];
  for (const [distro, kind, message] of rows) {
    it(`${distro.name} ${distro.versionId}`, () => {
      const judged = judgeDistro(distro, [distro.id], now);
      assert.equal(judged.kind, kind);
      assert.match(judged.message, message);
    });
  }
});

it("only a release that is known to be over has reached its end of life", () => {
  const at = (id: string, versionId: string | null) =>
    endOfLifeText({ id, versionId, name: `${id} ${versionId}` }, new Date("2026-11-22"));
  assert.equal(at("alpine", "3.11.13"), "alpine 3.11.13 has had no security fixes since 2021-11-01");
  assert.equal(at("debian", "13"), null);
  assert.equal(at("wolfi", null), null);
  assert.equal(at("unheard-of", "1"), null);
  assert.equal(endOfLifeText(null, new Date("2026-11-22")), null);
});
