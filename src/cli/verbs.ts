/**
 * The verbs of the command line, one file each, loaded only when asked for.
 */
import type { CommandMaker } from "./command-maker.ts";

export interface Verb {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  /** False: neither project file nor user's file means anything to it. */
  readonly readsFiles?: false;
  /** True: it may take its time, and says on a terminal that it goes on. */
  readonly waits?: true;
  load(): Promise<CommandMaker>;
}

export const verbs: readonly Verb[] = [
  {
    name: "quickview",
    aliases: ["qv"],
    summary: "One screen: counts, base image, policies, grade",
    waits: true,
    load: async () => (await import("./commands/quickview.ts")).quickview,
  },
  {
    name: "cves",
    aliases: [],
    summary: "Vulnerabilities of an image, folder or SBOM",
    waits: true,
    load: async () => (await import("./commands/cves.ts")).cves,
  },
  {
    name: "compare",
    aliases: ["diff"],
    summary: "What one image has that another has not; a gate for what got worse",
    waits: true,
    load: async () => (await import("./commands/compare.ts")).compare,
  },
  {
    name: "recommendations",
    aliases: [],
    summary: "Better base images, and the image on each",
    waits: true,
    load: async () => (await import("./commands/recommendations.ts")).recommendations,
  },
  {
    name: "fixes",
    aliases: [],
    summary: "The smallest upgrades that clear vulnerabilities",
    load: async () => (await import("./commands/fixes.ts")).fixes,
  },
  {
    name: "outdated",
    aliases: [],
    summary: "Libraries with a newer version",
    waits: true,
    load: async () => (await import("./commands/outdated.ts")).outdated,
  },
  {
    name: "base",
    aliases: [],
    summary: "The images that bases are found among",
    waits: true,
    load: async () => (await import("./commands/base.ts")).base,
  },
  {
    name: "environment",
    aliases: ["env", "stream"],
    summary: "Record which images run where, to compare with them",
    waits: true,
    load: async () => (await import("./commands/environment.ts")).environment,
  },
  {
    name: "sbom",
    aliases: [],
    summary: "The software bill of materials",
    waits: true,
    load: async () => (await import("./commands/sbom.ts")).sbom,
  },
  {
    name: "sbom-generator",
    aliases: [],
    summary: "The generator of SBOMs that BuildKit runs",
    readsFiles: false,
    load: async () => (await import("./commands/sbom-generator.ts")).sbomGenerator,
  },
  {
    name: "policy",
    aliases: [],
    summary: "Evaluate policies; a gate for CI",
    waits: true,
    load: async () => (await import("./commands/policy.ts")).policy,
  },
  {
    name: "check",
    aliases: [],
    summary: "What a gate elsewhere would say of an image, and what would have to change",
    waits: true,
    load: async () => (await import("./commands/check.ts")).check,
  },
  {
    name: "policy-set",
    aliases: [],
    summary: "The rules of a gate as a signed artifact: publish, pull, list",
    waits: true,
    load: async () => (await import("./commands/policy-set.ts")).policySet,
  },
  {
    name: "attestation",
    aliases: ["attest"],
    summary: "List, get, verify and add attestations of an image",
    waits: true,
    load: async () => (await import("./commands/attestation.ts")).attestation,
  },
  {
    name: "document",
    aliases: [],
    summary: "The documentation of an image, to be handed in with it",
    waits: true,
    load: async () => (await import("./commands/document.ts")).documentVerb,
  },
  {
    name: "badge",
    aliases: [],
    summary: "The grade of an image as a badge",
    waits: true,
    load: async () => (await import("./commands/badge.ts")).badge,
  },
  {
    name: "secrets",
    aliases: [],
    summary: "Secrets in files, environment, labels and build history",
    waits: true,
    load: async () => (await import("./commands/secrets.ts")).secrets,
  },
  {
    name: "hygiene",
    aliases: [],
    summary: "How an image is configured and what was left in it",
    waits: true,
    load: async () => (await import("./commands/hygiene.ts")).hygiene,
  },
  {
    name: "lint",
    aliases: [],
    summary: "Check a Dockerfile before the build",
    load: async () => (await import("./commands/lint.ts")).lint,
  },
  {
    name: "explain",
    aliases: [],
    summary: "Why a vulnerability matches or not, or which statement suppressed it",
    waits: true,
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "init",
    aliases: [],
    summary: "Write a project file",
    readsFiles: false,
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "config",
    aliases: [],
    summary: "Show settings and where they come from; set one's own",
    load: async () => (await import("./commands/config.ts")).config,
  },
  {
    name: "completion",
    aliases: [],
    summary: "Completion of command lines for a shell",
    readsFiles: false,
    load: async () => (await import("./commands/completion.ts")).completion,
  },
  {
    name: "plugin",
    aliases: [],
    summary: "Make docker plimsoll work",
    readsFiles: false,
    load: async () => (await import("./commands/plugin.ts")).plugin,
  },
  {
    name: "vex",
    aliases: [],
    summary: "VEX statements: why they apply or not; get, create, merge, export",
    waits: true,
    load: async () => (await import("./commands/vex.ts")).vex,
  },
  {
    name: "db",
    aliases: [],
    summary: "Build, update and query the vulnerability database",
    waits: true,
    load: async () => (await import("./commands/db.ts")).db,
  },
  {
    name: "cache",
    aliases: [],
    summary: "Show and empty the SBOM cache",
    load: async () => (await import("./commands/cache.ts")).cache,
  },
  {
    name: "versions",
    aliases: [],
    summary: "Compare versions by an ecosystem's own rules",
    load: async () => (await import("./commands/versions.ts")).versions,
  },
  {
    name: "version",
    aliases: [],
    summary: "The version of the program, of Node and of the system",
    readsFiles: false,
    load: async () => (await import("./commands/version.ts")).version,
  },
  {
    name: "server",
    aliases: [],
    summary: "Serve the API and the dashboard",
    readsFiles: false,
    load: async () => (await import("./commands/server.ts")).server,
  },
  {
    name: "worker",
    aliases: [],
    summary: "Take a server's jobs, on this or another machine",
    readsFiles: false,
    load: async () => (await import("./commands/worker.ts")).worker,
  },
  {
    name: "login",
    aliases: [],
    summary: "Sign in to a server",
    load: async () => (await import("./commands/login.ts")).login,
  },
  {
    name: "logout",
    aliases: [],
    summary: "Sign out of a server",
    load: async () => (await import("./commands/logout.ts")).logout,
  },
  {
    name: "affected",
    aliases: [],
    summary: "Which images of an organisation hold a vulnerability or a package",
    load: async () => (await import("./commands/affected.ts")).affected,
  },
  {
    name: "gate",
    aliases: [],
    summary: "Ask a server's gate whether an image may be deployed",
    waits: true,
    load: async () => (await import("./commands/gate.ts")).gate,
  },
  {
    name: "exception",
    aliases: [],
    summary: "Exceptions of an organisation: ask, decide, list",
    load: async () => (await import("./commands/exception.ts")).exception,
  },
  {
    name: "export",
    aliases: [],
    summary: "How an organisation's images stood at a time, for an audit",
    load: async () => (await import("./commands/export.ts")).exportVerb,
  },
  {
    name: "mcp",
    aliases: [],
    summary: "Tools that read, for assistants",
    readsFiles: false,
    load: async () => (await import("./commands/mcp.ts")).mcp,
  },
  {
    name: "whoami",
    aliases: [],
    summary: "Show who is signed in where",
    load: async () => (await import("./commands/whoami.ts")).whoami,
  },
  {
    name: "enroll",
    aliases: [],
    summary: "Create an organisation on the server",
    load: async () => (await import("./commands/enroll.ts")).enroll,
  },
  {
    name: "registry",
    aliases: [],
    summary: "Connect the registries of an organisation",
    load: async () => (await import("./commands/registry.ts")).registry,
  },
  {
    name: "push",
    aliases: [],
    summary: "Have the server analyse an image of a registry now",
    waits: true,
    load: async () => (await import("./commands/push.ts")).push,
  },
  {
    name: "watch",
    aliases: [],
    summary: "Watch a registry, and have what is new analysed",
    load: async () => (await import("./commands/watch.ts")).watch,
  },
  {
    name: "integration",
    aliases: [],
    summary: "Registries to watch and the quality gate, by name",
    readsFiles: false,
    load: async () => (await import("./commands/integration.ts")).integration,
  },
  {
    name: "repo",
    aliases: [],
    summary: "Enable, disable and list repositories",
    load: async () => (await import("./commands/repo.ts")).repo,
  },
];
