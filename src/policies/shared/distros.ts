/**
 * When distributions stop giving security fixes to everybody, as facts. Looked up in November 2026.
 *
 * Sources: the makers' own life cycle pages, which endoflife.date collects (https://endoflife.date, product pages
 * debian, ubuntu, alpine-linux, rhel, centos, centos-stream, almalinux, rocky-linux, oracle-linux, fedora, sles,
 * opensuse, amazon-linux, photon, azure-linux). The date is the last day on which fixes are free to everybody:
 * Debian's is the end of its LTS project, Ubuntu's that of standard maintenance (not Ubuntu Pro), Red Hat's that of
 * maintenance support (not ELS), SUSE's that of general support (not LTSS), Oracle's that of premier support.
 * Dates of releases newer than mid 2026 are the planned ones.
 */

export interface DistroRelease {
  /** Beginning of VERSION_ID, whole components: `12`, `3.18`. */
  readonly version: string;
  /** Last day of support, `2028-06-30`; null: no end is announced. */
  readonly supportEnd: string | null;
}

export interface DistroLine {
  /** `ID` of os-release. */
  readonly id: string;
  /** Has no versions: always current when updated. */
  readonly rolling: boolean;
  /** VERSION_ID must be equal to a listed version, because each minor version has a date of its own. */
  readonly exact: boolean;
  readonly releases: readonly DistroRelease[];
}

export const distroLines: readonly DistroLine[] = [
  line("almalinux", { 8: "2029-03-01", 9: "2032-05-31", 10: "2035-05-31" }),
  line("alpine", {
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
  }),
  line("amzn", { 2018: "2023-12-31", 2: "2026-06-30", 2023: "2029-06-30" }),
  line("azurelinux", { "3.0": "2027-08-31" }),
  line("centos", { 6: "2020-11-30", 7: "2024-06-30", 8: "2024-05-31", 9: "2027-05-31", 10: "2030-01-01" }),
  rolling("chainguard"),
  line("debian", {
    7: "2018-05-31",
    8: "2020-06-30",
    9: "2022-07-01",
    10: "2024-06-30",
    11: "2026-08-31",
    12: "2028-06-30",
    13: "2030-06-30",
  }),
  line("fedora", {
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
  line("mariner", { "1.0": "2023-08-31", "2.0": "2025-07-31" }),
  line("ol", { 6: "2021-03-01", 7: "2024-12-31", 8: "2029-07-31", 9: "2032-06-30", 10: "2035-06-30" }),
  exact("opensuse-leap", {
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
  rolling("opensuse-tumbleweed"),
  line("photon", {
    "1.0": "2022-02-28",
    "2.0": "2022-12-01",
    "3.0": "2025-10-02",
    "4.0": "2027-10-11",
    "5.0": null,
  }),
  line("rhel", { 6: "2020-11-30", 7: "2024-06-30", 8: "2029-05-31", 9: "2032-05-31", 10: "2035-05-31" }),
  line("rocky", { 8: "2029-05-31", 9: "2032-05-31", 10: "2035-05-31" }),
  exact("sles", {
    "12.5": "2024-10-31",
    "15": "2019-12-31",
    "15.1": "2021-01-31",
    "15.2": "2021-12-31",
    "15.3": "2022-12-31",
    "15.4": "2023-12-31",
    "15.5": "2024-12-31",
    "15.6": "2025-12-31",
    "15.7": "2031-07-31",
    "16.0": "2027-11-30",
  }),
  line("ubuntu", {
    "14.04": "2019-04-02",
    "16.04": "2021-04-02",
    "18.04": "2023-05-31",
    "20.04": "2025-05-31",
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
  rolling("wolfi"),
];

function line(id: string, ends: Readonly<Record<string, string | null>>): DistroLine {
  const releases = Object.entries(ends).map(([version, supportEnd]) => ({ version, supportEnd }));
  return { id, rolling: false, exact: false, releases };
}

function exact(id: string, ends: Readonly<Record<string, string | null>>): DistroLine {
  return { ...line(id, ends), exact: true };
}

function rolling(id: string): DistroLine {
  return { id, rolling: true, exact: false, releases: [] };
}
