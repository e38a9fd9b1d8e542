/**
 * When distributions stop giving security fixes to everybody, as facts. Looked up in November 2026 on each maker's own page
 * (`source`), and compared with endoflife.date, which collects them.
 *
 * The date is the last day on which fixes are free to everybody: Debian's is the end of its LTS project, Ubuntu's that of
 * standard maintenance (not Ubuntu Pro), Red Hat's that of maintenance support (not ELS), SUSE's that of general support (not
 * LTSS), Oracle's that of premier support. A release whose end is not known for certain is not listed: it is judged as unknown.
 */

/** Ends after this day were planned when the table was made. */
export const lookedUpOn = "2026-11-22";

export interface DistroRelease {
  /** Beginning of VERSION_ID, whole components: `12`, `3.18`. */
  readonly version: string;
  /** Last day of support, `2028-06-30`; null: no end is announced. */
  readonly supportEnd: string | null;
  /** Whether that day was still to come when it was looked up, so that it may move. */
  readonly isPlanned: boolean;
}

export interface DistroLine {
  /** `ID` of os-release. */
  readonly id: string;
  /** Beginning of its name, where several distributions share an id; null: any. The first line that fits counts. */
  readonly namePrefix: string | null;
  /** Has no versions: always current when updated. */
  readonly rolling: boolean;
  /** VERSION_ID must be equal to a listed version, because each minor version has a date of its own. */
  readonly exact: boolean;
  /** The maker's page about it. */
  readonly source: string;
  readonly releases: readonly DistroRelease[];
}

export const distroLines: readonly DistroLine[] = [
  line("almalinux", "https://wiki.almalinux.org/release-notes/", {
    8: "2029-03-01",
    9: "2032-05-31",
    10: "2035-05-31",
  }),
  line("alpine", "https://alpinelinux.org/releases/", {
    "2.1": "2012-11-01",
    "2.2": "2013-05-01",
    "2.3": "2013-11-01",
    "2.4": "2014-05-01",
    "2.5": "2014-11-01",
    "2.6": "2015-05-01",
    "2.7": "2015-11-01",
    "3.0": "2016-05-01",
    "3.1": "2016-11-01",
    "3.2": "2017-05-01",
    "3.3": "2017-11-01",
    "3.4": "2018-05-01",
    "3.5": "2018-11-01",
    "3.6": "2019-05-01",
    "3.7": "2019-11-01",
    "3.8": "2020-05-01",
    "3.9": "2020-11-01",
    "3.10": "2021-05-01",
    "3.11": "2021-11-01",
    "3.12": "2022-05-01",
    "3.13": "2022-11-01",
    "3.14": "2023-05-01",
    "3.15": "2023-11-01",
    "3.16": "2024-05-23",
    "3.17": "2024-11-22",
    "3.18": "2025-05-09",
    "3.19": "2025-11-01",
    "3.20": "2026-04-01",
    "3.21": "2026-11-01",
    "3.22": "2027-05-01",
    "3.23": "2027-11-01",
    "3.24": "2028-05-01",
  }),
  line(
    "amzn",
    "https://docs.aws.amazon.com/linux/al2023/release-notes/support-info-by-support-statement.html",
    {
      2011: "2023-12-31",
      2012: "2023-12-31",
      2013: "2023-12-31",
      2014: "2023-12-31",
      2015: "2023-12-31",
      2016: "2023-12-31",
      2017: "2023-12-31",
      2018: "2023-12-31",
      2: "2026-06-30",
      2023: "2029-06-30",
    },
  ),
  rolling("arch", "https://wiki.archlinux.org/title/Arch_Linux"),
  line("azurelinux", "https://learn.microsoft.com/azure/azure-linux/release-cadence-lifecycle", {
    "3.0": "2027-08-31",
  }),
  line(
    "centos",
    "https://www.centos.org/cl-vs-cs/#end-of-life",
    { 8: "2024-05-31", 9: "2027-05-31", 10: "2030-01-01" },
    "CentOS Stream",
  ),
  line("centos", "https://wiki.centos.org/About/Product", {
    5: "2017-03-31",
    6: "2020-11-30",
    7: "2024-06-30",
    8: "2021-12-31",
  }),
  rolling("chainguard", "https://edu.chainguard.dev/chainguard/chainguard-images/about/"),
  line("debian", "https://wiki.debian.org/LTS", {
    4: "2010-02-15",
    5: "2012-02-06",
    6: "2016-02-29",
    7: "2018-05-31",
    8: "2020-06-30",
    9: "2022-07-01",
    10: "2024-06-30",
    11: "2026-08-31",
    12: "2028-06-30",
    13: "2030-06-30",
  }),
  line("fedora", "https://docs.fedoraproject.org/en-US/releases/lifecycle/", {
    20: "2015-06-23",
    21: "2015-12-01",
    22: "2016-07-19",
    23: "2016-12-20",
    24: "2017-08-08",
    25: "2017-12-12",
    26: "2018-05-29",
    27: "2018-11-30",
    28: "2019-05-28",
    29: "2019-11-26",
    30: "2020-05-26",
    31: "2020-11-24",
    32: "2021-05-25",
    33: "2021-11-30",
    34: "2022-06-07",
    35: "2022-12-13",
    36: "2023-05-16",
    37: "2023-12-05",
    38: "2024-05-21",
    39: "2024-11-26",
    40: "2025-05-13",
    41: "2025-12-15",
    42: "2026-05-13",
    43: "2026-12-09",
    44: "2027-05-12",
    45: "2027-12-01",
  }),
  rolling("gentoo", "https://www.gentoo.org/get-started/about/"),
  line("mageia", "https://www.mageia.org/en/support/", {
    5: "2017-12-31",
    6: "2019-09-30",
    7: "2021-06-30",
    8: "2023-11-30",
  }),
  line("mariner", "https://learn.microsoft.com/azure/azure-linux/release-cadence-lifecycle", {
    "1.0": "2023-08-31",
    "2.0": "2025-07-31",
  }),
  line("ol", "https://www.oracle.com/a/ocom/docs/elsp-lifetime-069338.pdf", {
    5: "2017-06-30",
    6: "2021-03-31",
    7: "2024-12-31",
    8: "2029-07-31",
    9: "2032-06-30",
    10: "2035-06-30",
  }),
  exact("opensuse", "https://en.opensuse.org/Lifetime", {
    "13.1": "2016-02-03",
    "13.2": "2017-01-17",
    "42.1": "2017-05-17",
    "42.2": "2018-01-26",
    "42.3": "2019-07-01",
  }),
  exact("opensuse-leap", "https://en.opensuse.org/Lifetime", {
    "42.3": "2019-07-01",
    "15.0": "2019-12-03",
    "15.1": "2021-02-02",
    "15.2": "2022-01-04",
    "15.3": "2022-12-31",
    "15.4": "2023-12-07",
    "15.5": "2024-12-31",
    "15.6": "2026-04-30",
    "16.0": "2027-10-31",
  }),
  rolling("opensuse-tumbleweed", "https://en.opensuse.org/Lifetime"),
  line("openwrt", "https://openwrt.org/docs/guide-developer/security", {
    "17.01": "2019-02-01",
    "18.06": "2021-07-01",
    "19.07": "2022-04-30",
    "21.02": "2023-04-30",
    "22.03": "2024-04-11",
    "23.05": "2025-08-16",
  }),
  line("photon", "https://github.com/vmware/photon/wiki/Support-Policy", {
    "1.0": "2022-02-28",
    "2.0": "2022-12-01",
    "3.0": "2025-10-02",
    "4.0": "2027-10-11",
    "5.0": null,
  }),
  line("rhel", "https://access.redhat.com/support/policy/updates/errata", {
    4: "2012-02-29",
    5: "2017-03-31",
    6: "2020-11-30",
    7: "2024-06-30",
    8: "2029-05-31",
    9: "2032-05-31",
    10: "2035-05-31",
  }),
  line("rocky", "https://wiki.rockylinux.org/rocky/version/", {
    8: "2029-05-31",
    9: "2032-05-31",
    10: "2035-05-31",
  }),
  exact("sles", "https://www.suse.com/lifecycle", {
    11: "2010-12-31",
    "11.1": "2012-08-31",
    "11.2": "2014-01-31",
    "11.3": "2016-01-31",
    "11.4": "2019-03-31",
    12: "2016-06-30",
    "12.1": "2017-05-31",
    "12.2": "2018-03-31",
    "12.3": "2019-06-30",
    "12.4": "2020-06-30",
    "12.5": "2024-10-31",
    15: "2019-12-31",
    "15.1": "2021-01-31",
    "15.2": "2021-12-31",
    "15.3": "2022-12-31",
    "15.4": "2023-12-31",
    "15.5": "2024-12-31",
    "15.6": "2025-12-31",
    "15.7": "2031-07-31",
    "16.0": "2027-11-30",
  }),
  line("ubuntu", "https://ubuntu.com/about/release-cycle", {
    "10.04": "2015-04-30",
    "12.04": "2017-04-28",
    "12.10": "2014-05-16",
    "13.04": "2014-01-27",
    "13.10": "2014-07-17",
    "14.04": "2019-04-02",
    "14.10": "2015-07-23",
    "15.04": "2016-02-04",
    "15.10": "2016-07-28",
    "16.04": "2021-04-02",
    "16.10": "2017-07-20",
    "17.04": "2018-01-13",
    "17.10": "2018-07-19",
    "18.04": "2023-05-31",
    "18.10": "2019-07-18",
    "19.04": "2020-01-23",
    "19.10": "2020-07-06",
    "20.04": "2025-05-31",
    "20.10": "2021-07-22",
    "21.04": "2022-01-20",
    "21.10": "2022-07-14",
    "22.04": "2027-04-01",
    "22.10": "2023-07-20",
    "23.04": "2024-01-20",
    "23.10": "2024-07-12",
    "24.04": "2029-05-31",
    "24.10": "2025-07-10",
    "25.04": "2026-01-17",
    "25.10": "2026-07-01",
    "26.04": "2031-04-30",
    "26.10": "2027-07-15",
  }),
  rolling("wolfi", "https://github.com/wolfi-dev/os"),
];

function line(
  id: string,
  source: string,
  ends: Readonly<Record<string, string | null>>,
  namePrefix: string | null = null,
): DistroLine {
  const releases = Object.entries(ends).map(([version, supportEnd]) => ({
    version,
    supportEnd,
    isPlanned: supportEnd !== null && supportEnd > lookedUpOn,
  }));
  return { id, namePrefix, rolling: false, exact: false, source, releases };
}

function exact(id: string, source: string, ends: Readonly<Record<string, string | null>>): DistroLine {
  return { ...line(id, source, ends), exact: true };
}

function rolling(id: string, source: string): DistroLine {
  return { ...line(id, source, {}), rolling: true };
}
