/**
 * The seven built-in policies: stable ids, titles, weights and defaults. Weights are those of the platform's score; the
 * order is by weight and is the order of results.
 */
import { provenanceTypes } from "../domain/predicate-types.ts";
import { wellKnown } from "./high-profile/index.ts";
import { copyleftLicences } from "./licenses/copyleft.ts";
import { sbomTypes } from "./supply-chain-attestations/index.ts";
import type { PolicyDefinition } from "./types.ts";

/** Ids are stored with results, so they are never renamed. */
export const builtInPolicies: readonly PolicyDefinition[] = [
  {
    id: "fixable-vulnerabilities",
    title: "No fixable critical or high vulnerabilities",
    type: "severity",
    weight: 20,
    enabled: true,
    config: { severities: ["CRITICAL", "HIGH"], fixable_only: true, package_types: [], grace_period_days: 0 },
  },
  {
    id: "high-profile-vulnerabilities",
    title: "No high-profile vulnerabilities",
    type: "high-profile",
    weight: 20,
    enabled: true,
    config: {
      cves: [...wellKnown],
      ignored_cves: [],
      include_cisa_kev: true,
    },
  },
  {
    id: "supply-chain-attestations",
    title: "Supply chain attestations",
    type: "supply-chain-attestations",
    weight: 15,
    enabled: true,
    config: { required_attestations: [...sbomTypes, ...provenanceTypes] },
  },
  {
    id: "approved-base-images",
    title: "No unapproved base images",
    type: "approved-base-images",
    weight: 15,
    enabled: true,
    config: { allowed_base_images: ["*"], allowed_distros_only: true },
  },
  {
    id: "no-stale-base-images",
    title: "Up-to-Date Base Images",
    type: "up-to-date-base",
    weight: 10,
    enabled: true,
    config: {},
  },
  {
    id: "default-non-root-user",
    title: "Default non-root user",
    type: "non-root",
    weight: 5,
    enabled: true,
    config: {},
  },
  {
    id: "copyleft-license",
    title: "No copyleft licenses",
    type: "licenses",
    weight: 5,
    enabled: true,
    config: { licenses: [...copyleftLicences], ignored_packages: [] },
  },
];

/**
 * Policies that are evaluated when they are asked for: enabled in a policy configuration, or named with `--only-policy`. They are
 * not among the built-in ones, and weigh nothing, because many ordinary images do not meet them (programs are copied in, and images
 * made from scratch have no package database) or because they need what has to be set up first: keys, reports, a quality gate. That
 * gate has the weight it has on the platform.
 */
export const optionalPolicies: readonly PolicyDefinition[] = [
  {
    id: "inventory-coverage",
    title: "Complete inventory",
    type: "coverage",
    weight: 0,
    enabled: false,
    config: {
      min_explained_percent: 0,
      require_complete: true,
      require_package_database: true,
      allowed_problems: [],
    },
  },
  {
    id: "untouched-system-files",
    title: "Untouched system files",
    type: "system-files",
    weight: 0,
    enabled: false,
    config: { kinds: ["modified", "missing", "unowned"], ignored_paths: [] },
  },
  optional("remediation-in-time", "Vulnerabilities fixed in time", "remediation-clock"),
  optional("no-disallowed-packages", "No disallowed packages", "disallowed-packages"),
  optional("required-metadata", "Required labels and annotations", "required-metadata"),
  optional("signed-image", "Signed by a trusted signer", "signed-by"),
  optional("no-secrets", "No secrets", "secrets"),
  optional("image-hygiene", "Image hygiene", "hygiene"),
  optional("no-unintended-tools", "No unintended shell or package manager", "unintended-tools"),
  optional("no-malicious-packages", "No malicious packages", "malicious-packages"),
  optional("image-age-and-size", "Image age and size", "image-limits"),
  optional("fresh-database", "Fresh vulnerability database", "database-age"),
  { ...optional("quality-gate-passed", "Quality gate passed", "quality-gate"), weight: 10 },
  optional("hardened-base-image", "Hardened image or base image", "hardened-base"),
  optional("no-malware", "No malware", "malware-report"),
  optional("no-failing-tests", "No failing tests", "failing-tests"),
  optional("stig-score", "STIG score", "stig-score"),
];

/** With the defaults of its type, not scored. */
function optional(id: string, title: string, type: string): PolicyDefinition {
  return { id, title, type, weight: 0, enabled: false, config: {} };
}

/** All that a configuration may name. */
export const knownPolicies: readonly PolicyDefinition[] = [...builtInPolicies, ...optionalPolicies];
