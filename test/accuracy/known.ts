/**
 * Labels on which the engine is known to be wrong, each with the reason. They count in precision and recall. One that turns out
 * right must leave the list, and everything that is wrong without standing here fails the gate.
 */
export interface KnownError {
  /** `image package vulnerability`, as the gate prints it; `*` stands for any text. */
  readonly label: string;
  readonly why: string;
}

export const knownErrors: readonly KnownError[] = [
  {
    label: "almalinux-8-modules-8.4 rpm/nginx@* CVE-2021-23017",
    why: "an erratum that names a build for each minor release is taken for fixed by the highest one",
  },
  {
    label: "almalinux-8-modules-8.4 rpm/nodejs@* CVE-2021-22883",
    why: "an erratum that names a build for each minor release is taken for fixed by the highest one",
  },
  {
    label: "almalinux-8-modules-8.4 rpm/ruby@* CVE-2020-36327",
    why: "an erratum that names a build for each minor release is taken for fixed by the highest one",
  },
  {
    label: "debian-11-pinned deb/linux-libc-dev@* CVE-*",
    why: "the headers of the kernel are given the vulnerabilities of the kernel",
  },
  {
    label: "golang-* golang/stdlib@* GO-2022-0533",
    why: "operating systems that a record of Go is limited to are not kept",
  },
  {
    label: "golang-* golang/stdlib@* GO-2022-1143",
    why: "operating systems that a record of Go is limited to are not kept",
  },
  {
    label: "golang-* golang/stdlib@* GO-2025-3750",
    why: "operating systems that a record of Go is limited to are not kept",
  },
];
