/**
 * Policy type `unintended-tools`: no shell and no package manager that nobody meant to ship. An attacker who gets into a container
 * needs both. Labels may say that one is meant to be there, as those of hardened images do.
 */
import { z } from "zod";
import type { Package } from "../../domain/package.ts";
import type { Deviation, ImageFacts, PolicyOutcome } from "../../domain/policy.ts";
import { deviation, notMet, packageDeviation } from "../shared/deviation.ts";
import { ENTRIES_MAX } from "../shared/limits.ts";
import type { PolicyType } from "../types.ts";

const kinds = ["shell", "package-manager"] as const;
type Kind = (typeof kinds)[number];

const options = z.strictObject({
  tools: z
    .array(z.enum(kinds))
    .min(1)
    .max(kinds.length)
    .default([...kinds])
    .meta({ title: "Tools", description: "What must not be there.", examples: [["package-manager"]] }),
  allowed: z
    .array(z.string().trim().toLowerCase().min(1).max(100))
    .max(ENTRIES_MAX)
    .default([])
    .meta({
      title: "Allowed tools",
      description: "Names of packages or programs that may be there.",
      examples: [["busybox"]],
    }),
  accept_labels: z.boolean().default(true).meta({
    title: "Labels say what is meant",
    description:
      "A tool may be there when the label `com.docker.dhi.shell` or `com.docker.dhi.package-manager` has a value.",
  }),
});
type Options = z.output<typeof options>;

export const unintendedTools: PolicyType<Options> = Object.freeze({
  id: "unintended-tools",
  title: "No unintended shell or package manager",
  description: "The image holds no shell and no package manager that nobody meant to ship.",
  specs: ["docs/guide/policies.md"],
  version: 1,
  needs: ["packages"],
  options,
  evaluate,
} satisfies PolicyType<Options>);

/** Names of packages and of their programs. */
const names: Readonly<Record<Kind, readonly string[]>> = {
  shell: [
    "ash",
    "bash",
    "bash-static",
    "busybox",
    "busybox-binsh",
    "busybox-static",
    "csh",
    "dash",
    "dash-binsh",
    "fish",
    "ksh",
    "mksh",
    "posh",
    "sh",
    "tcsh",
    "toybox",
    "yash",
    "zsh",
  ],
  "package-manager": [
    "apk",
    "apk-tools",
    "apt",
    "apt-get",
    "aptitude",
    "dnf",
    "dnf5",
    "dpkg",
    "emerge",
    "libdnf5",
    "microdnf",
    "opkg",
    "pacman",
    "rpm",
    "tdnf",
    "xbps",
    "yum",
    "zypper",
  ],
};

const systemTypes: ReadonlySet<string> = new Set([
  "apk",
  "deb",
  "rpm",
  "alpm",
  "opkg",
  "ebuild",
  "generic",
  "nix",
]);

function evaluate(facts: ImageFacts, config: Options, debug: (line: string) => void): PolicyOutcome {
  const asked = kinds.filter((kind) => config.tools.includes(kind) && !isMeant(kind, facts, config, debug));
  const deviations = asked.flatMap((kind) => [
    ...packagesOf(kind, facts, config).map((pkg) => toDeviation(kind, pkg)),
    ...programsOf(kind, facts, config).map((path) => programDeviation(kind, path)),
  ]);
  if (deviations.length > 0) return notMet(deviations);
  if (asked.length === 0) return { status: "met", note: "labels say that the tools are meant to be there" };
  if (facts.inventory.completeness === "incomplete") {
    return { status: "no_data", reason: "the inventory is incomplete, so a tool may be hidden" };
  }
  return { status: "met" };
}

const labels: Readonly<Record<Kind, string>> = {
  shell: "com.docker.dhi.shell",
  "package-manager": "com.docker.dhi.package-manager",
};

function isMeant(kind: Kind, facts: ImageFacts, config: Options, debug: (line: string) => void): boolean {
  const value = facts.config?.labels[labels[kind]]?.trim() ?? "";
  if (value !== "") debug(`${labels[kind]} is ${value}`);
  return config.accept_labels && value !== "";
}

function packagesOf(kind: Kind, { packages }: ImageFacts, { allowed }: Options): readonly Package[] {
  return (packages ?? []).filter(
    ({ name, ecosystem }) =>
      systemTypes.has(ecosystem) &&
      names[kind].includes(name.toLowerCase()) &&
      !allowed.includes(name.toLowerCase()),
  );
}

/** Programs that no package explains; those that one does are judged by its name. */
function programsOf(kind: Kind, { inventory }: ImageFacts, { allowed }: Options): readonly string[] {
  return (inventory.coverage?.unexplained ?? []).filter((path) => {
    const program = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
    return names[kind].includes(program) && !allowed.includes(program);
  });
}

const words: Readonly<Record<Kind, string>> = { shell: "shell", "package-manager": "package manager" };

function toDeviation(kind: Kind, pkg: Package): Deviation {
  return packageDeviation(pkg, {
    message: `${pkg.name} is a ${words[kind]}`,
    columns: { Tool: words[kind] },
    remediation: adviceFor(kind),
  });
}

function programDeviation(kind: Kind, path: string): Deviation {
  return deviation({
    message: `${path} is a ${words[kind]}, and no package explains it`,
    columns: { File: path, Tool: words[kind] },
    remediation: adviceFor(kind),
  });
}

function adviceFor(kind: Kind): string {
  return `Copy the application into a base image without a ${words[kind]} in the last stage of the Dockerfile.`;
}
