/**
 * Distributions as products: vendors that speak in CSAF say "libxml2, as a component of cpe:/o:redhat:enterprise_linux:9", and a
 * package URL tells its distribution by a qualifier. CPE 2.2 and 2.3 (https://csrc.nist.gov/pubs/ir/7695/final).
 */
import type { DistroHint } from "./package-identity.ts";

/** The distribution that a CPE names, or null for text that is no CPE, or one of anything else. */
export function platformOfCpe(text: string): DistroHint | null {
  if (text.length > CPE_LENGTH_MAX) return null;
  const [, , vendor = "", product = "", version = ""] = text.startsWith("cpe:2.3:")
    ? text.slice("cpe:2.3".length).split(":")
    : text.startsWith("cpe:/")
      ? ["", ...text.slice("cpe:/".length).split(":")]
      : [];
  const id = distributions[`${vendor}:${product}`.toLowerCase()];
  if (id === undefined) return null;
  // `15_sp3` and `24.03-LTS` begin with the release as os-release writes it.
  const release = /^\d{1,6}(?:\.\d{1,6}){0,3}/.exec(version)?.[0] ?? null;
  return { id, version: release };
}

const CPE_LENGTH_MAX = 500;

/** vendor:product in lower case -> `ID` of os-release. */
const distributions: Readonly<Record<string, string>> = {
  "redhat:enterprise_linux": "rhel",
  "redhat:rhel_eus": "rhel",
  "redhat:rhel_els": "rhel",
  "redhat:rhel_aus": "rhel",
  "redhat:rhel_tus": "rhel",
  "redhat:rhel_e4s": "rhel",
  "suse:sles": "sles",
  "suse:suse_linux_enterprise_server": "sles",
  "opensuse:leap": "opensuse-leap",
  "opensuse:tumbleweed": "opensuse-tumbleweed",
  "openeuler:openeuler": "openeuler",
  "debian:debian_linux": "debian",
  "canonical:ubuntu_linux": "ubuntu",
  "oracle:linux": "ol",
  "almalinux:almalinux": "almalinux",
  "alpinelinux:alpine_linux": "alpine",
};
