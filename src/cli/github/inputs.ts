/**
 * The inputs of the GitHub Action: names and meaning as users of Scout's action know them. `action.yml` lists the same, which a test
 * compares. The runner hands an input over as the variable `INPUT_` and its name in capitals.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";

export interface ActionInput {
  readonly description: string;
  /** Absent: empty. */
  readonly default?: string;
  /** Why it should not be used any more. */
  readonly deprecated?: string;
}

/** Every input, in the order of `action.yml`. */
export const actionInputs = {
  command: {
    description:
      "What to run, comma separated, in this order: quickview, compare, cves, recommendations, policy, sbom, environment, attestation-add, secrets, lint. The first that fails ends the step.",
    default: "quickview",
  },
  image: {
    description:
      "Image reference, or local://, registry://, oci-dir://, archive://, fs://, sbom:// and what follows. Empty: the newest image of the engine.",
  },
  platform: { description: "Platform to choose from an index: linux/arm64." },
  ref: { description: "Which image of an archive or layout that holds several." },
  organization: { description: "Organisation on a Plimsoll server whose policies decide (policy)." },
  summary: { description: "Write the job summary.", default: "true" },
  debug: { description: "Print steps and timings.", default: "false" },
  "verbose-debug": { description: "The same as debug.", default: "false" },
  "dockerhub-user": { description: "User name at Docker Hub." },
  "dockerhub-password": { description: "Password or token at Docker Hub." },
  "registry-user": {
    description: "User name at the registry of the image; where it is in none, of what it is compared with.",
  },
  "registry-password": { description: "Password or token of registry-user." },
  "registry-write-user": {
    description: "User name at the registry for attestation-add, where it is another.",
  },
  "registry-write-password": { description: "Password or token of registry-write-user." },
  "github-token": {
    description: "Token that reads and writes comments of pull requests: pull-requests: write.",
    default: "${{ github.token }}",
  },
  "write-comment": {
    description: "Write one comment on the pull request and update it in later runs.",
    default: "true",
  },
  "keep-previous-comments": {
    description: "Write a new comment each time, and fold the earlier ones.",
    default: "false",
  },
  "pull-request": {
    description:
      "Number of the pull request that gets the comment, where the event of the run does not tell it.",
  },
  "comment-key": {
    description:
      "Tells comments apart: steps with the same key share one. Empty: a comment for each job, repository of images and platform.",
  },
  annotations: {
    description:
      "Say at the lines of the Dockerfile what they bring in (provenance with mode=max tells the lines), and why a gate stopped.",
    default: "true",
  },
  dockerfile: {
    description:
      "Dockerfile of the image, from the root of the repository: what lint checks, and where annotations stand.",
    default: "Dockerfile",
  },
  to: { description: "Image, folder, archive or SBOM to compare with (compare)." },
  "to-ref": { description: "Which image of the archive or layout of to (compare)." },
  "to-env": { description: "Compare with the image of the same repository in an environment." },
  "to-latest": {
    description: "Compare with the image of the same repository that was analysed last before.",
    default: "false",
  },
  "to-result": { description: "Compare with a file that result-file wrote, of the main branch say." },
  "to-stream": { description: "Older name of to-env.", deprecated: "Use to-env." },
  "exit-on": {
    description:
      "Fail when the image is worse than what it is compared with, comma separated: vulnerability, policy, package.",
  },
  "hide-policies": { description: "Leave policies out of compare.", default: "false" },
  "ignore-unchanged": { description: "Leave out what is the same in both (compare).", default: "false" },
  "ignore-base": { description: "Leave out what the base image brought (cves, compare).", default: "false" },
  "only-fixed": { description: "Only vulnerabilities with a fixed version.", default: "false" },
  "only-unfixed": { description: "Only vulnerabilities without a fixed version.", default: "false" },
  "only-severities": { description: "Comma separated: critical, high, medium, low, unspecified." },
  "only-package-types": { description: "Comma separated: apk, deb, npm, pypi, …" },
  "only-cisa-kev": { description: "Only known exploited vulnerabilities.", default: "false" },
  "only-vex-affected": {
    description: "Leave out vulnerabilities that a VEX statement calls not affected.",
    default: "false",
  },
  "vex-author": { description: "Accept only VEX statements whose author matches, comma separated." },
  "vex-location": { description: "Files and folders of VEX documents, comma separated." },
  "ignore-suppressed": {
    description: "Leave out what a statement or exception suppressed.",
    default: "false",
  },
  "exit-code": {
    description: "Fail on findings (cves, secrets, lint) or on policies that are not met (policy).",
    default: "false",
  },
  "fail-on": {
    description:
      "Fail on more than that, comma separated: no-data, incomplete, stale, undetermined (cves, policy).",
  },
  strict: {
    description:
      "Fail also where something is not known: the same as every cause of fail-on (cves, policy), unread parts (secrets), what nobody knows to be no worse (compare with exit-on).",
    default: "false",
  },
  "sarif-file": {
    description: "Write the findings as SARIF for code scanning (cves, else secrets or lint).",
  },
  format: { description: "Format of the result of sbom, else of the first command." },
  output: {
    description:
      "File for the result of sbom, else of the first command; format=file for others, one a line.",
  },
  secrets: { description: "With sbom: look for secrets too.", default: "false" },
  "only-refresh": {
    description: "Only whether the base image's tag names a newer image (recommendations).",
    default: "false",
  },
  "only-update": { description: "Only other tags of the base image (recommendations).", default: "false" },
  environment: { description: "Environment to record the image into (environment)." },
  tags: { description: "Images that get the attestation, comma separated; empty: image (attestation-add)." },
  file: { description: "Statements, envelopes or predicates to attach, comma separated (attestation-add)." },
  "predicate-type": { description: "Predicate type of file, or a word for it: spdx, vex, provenance, …" },
  referrer: { description: "Attach as a referrer (attestation-add).", default: "false" },
  "referrer-repository": { description: "Repository to attach it in, in place of the image's own." },
  "policy-bundle": { description: "Bundles of policies in registries, comma separated." },
  "policy-file": { description: "Rego modules, files or addresses, comma separated." },
  "policy-dir": { description: "Folders of Rego modules, comma separated." },
  "policy-config": { description: "JSON file or address: what is enabled, weights, effects, options." },
  "result-file": {
    description: "Write the whole evaluation as JSON, for to-result and policy test (policy).",
  },
  "only-policy": { description: "Evaluate only these policies, by id or title, comma separated." },
} as const satisfies Readonly<Record<string, ActionInput>>;

export type InputName = keyof typeof actionInputs;

/** What the workflow gave. */
export interface Inputs {
  /** Without blanks around it; empty: not given. */
  text(name: InputName): string;
  /** Split at commas and line ends. */
  list(name: InputName): readonly string[];
  /** @throws PlimsollError USAGE when it is neither true nor false */
  isOn(name: InputName): boolean;
}

/** @throws PlimsollError USAGE for a value that is too long, and a switch that is neither true nor false */
export function readInputs(env: Readonly<Record<string, string | undefined>>): Inputs {
  const text = (name: InputName): string => {
    const value = env[`INPUT_${name.toUpperCase()}`]?.trim() ?? "";
    if (value.length > VALUE_LENGTH_MAX)
      throw new PlimsollError("USAGE", `The input ${name} is longer than ${VALUE_LENGTH_MAX} characters.`);
    return value !== "" ? value : fallback(name);
  };
  const inputs: Inputs = {
    text,
    list: (name) =>
      text(name)
        .split(/[,\n]/)
        .map((part) => part.trim())
        .filter((part) => part !== ""),
    isOn(name) {
      const value = text(name);
      if (/^(?:true|True|TRUE)$/.test(value)) return true;
      if (value === "" || /^(?:false|False|FALSE)$/.test(value)) return false;
      throw new PlimsollError("USAGE", `The input ${name} is true or false, not "${printable(value, 40)}".`);
    },
  };
  // A slip of the pen ends the step before the work, not after it.
  for (const [name, { default: usual = "" }] of Object.entries<ActionInput>(actionInputs)) {
    if (usual === "true" || usual === "false") inputs.isOn(name as InputName);
  }
  return inputs;
}

const VALUE_LENGTH_MAX = 64 * 1024;

/** Expressions are the runner's to fill in. */
function fallback(name: InputName): string {
  const input: ActionInput = actionInputs[name];
  const value = input.default ?? "";
  return value.startsWith("${{") ? "" : value;
}
