/**
 * The hygiene checks that can be made before the build, on the Dockerfile, with the same ids as on the image.
 */
import type { HygieneCheckFacts } from "../../domain/hygiene.ts";
import type { LintFinding, LintResult } from "../../domain/lint.ts";
import { judgeCommand } from "../commands.ts";
import { hygieneChecks } from "../run-checks.ts";
import { parseDockerfile, type Dockerfile, type Instruction, type Stage } from "./parse.ts";

export interface LintOptions {
  /** As the user named it. */
  readonly file: string;
  /** What of the text of an instruction is a secret: titles, without values. */
  readonly findSecrets: (text: string) => readonly string[];
  readonly isSecretName: (name: string) => boolean;
}

const REFERENCE = "https://docs.docker.com/reference/dockerfile/";

/** Checks that a built image cannot answer any more. */
const ownChecks: readonly HygieneCheckFacts[] = [
  {
    id: "PLM-0201",
    title: "The Dockerfile can be read",
    severity: "high",
    references: [REFERENCE],
    fix: "Correct the instruction.",
  },
  {
    id: "PLM-0202",
    title: "Programs are started without a shell",
    severity: "low",
    references: [`${REFERENCE}#shell-and-exec-form`],
    fix: 'Write the exec form: CMD ["program", "argument"]; a shell in between keeps signals from the program.',
  },
  {
    id: "PLM-0203",
    title: "A stage has one CMD and one ENTRYPOINT",
    severity: "medium",
    references: [`${REFERENCE}#cmd`],
    fix: "Delete all but the last: only that one counts.",
  },
  {
    id: "PLM-0204",
    title: "WORKDIR is absolute",
    severity: "low",
    references: [`${REFERENCE}#workdir`],
    fix: "Write the whole path: a relative one depends on the base image.",
  },
  {
    id: "PLM-0205",
    title: "Build arguments are not named as secrets",
    severity: "high",
    references: ["https://docs.docker.com/build/building/secrets/"],
    fix: "Use RUN --mount=type=secret: the values of build arguments stay in the history of the image.",
  },
];

const SHARED = [
  "CIS-DI-0001",
  "CIS-DI-0006",
  "CIS-DI-0007",
  "CIS-DI-0009",
  "CIS-DI-0010",
  "DKL-DI-0001",
  "DKL-DI-0002",
  "DKL-DI-0003",
  "DKL-DI-0004",
  "DKL-DI-0005",
  "DKL-DI-0006",
  "PLM-0001",
  "PLM-0002",
  "PLM-0003",
  "PLM-0011",
  "PLM-0012",
  "PLM-0013",
  "PLM-0017",
];

/** Every check of a Dockerfile, by id. */
export const lintChecks: readonly HygieneCheckFacts[] = [
  ...hygieneChecks
    .filter(({ id }) => SHARED.includes(id))
    .map(({ id, title, severity, references, fix }) => ({ id, title, severity, references, fix })),
  ...ownChecks,
];

type Add = (check: string, line: number, message: string) => void;

/** Never throws for any text. */
export function lintDockerfile(text: string, options: LintOptions): LintResult {
  const dockerfile = parseDockerfile(text);
  const findings = new Map<string, LintFinding>();
  const add: Add = (id, line, message) => {
    const check = lintChecks.find((one) => one.id === id);
    if (check !== undefined)
      findings.set(`${id} ${line} ${message}`, { check, message, line, path: null, layerIndex: null });
  };
  for (const { line, message } of dockerfile.errors) add("PLM-0201", line, message);
  for (const [index, stage] of dockerfile.stages.entries()) {
    judgeBase(stage, dockerfile.stages.slice(0, index), add);
    judgeStage(stage, options, add);
  }
  for (const instruction of dockerfile.preamble) judgeSecrets(instruction, options, add);
  judgeResult(dockerfile, add);
  const sorted = [...findings.values()].sort(
    (a, b) =>
      (a.line ?? 0) - (b.line ?? 0) || (a.check.id < b.check.id ? -1 : a.check.id > b.check.id ? 1 : 0),
  );
  return { file: options.file, findings: sorted, checks: lintChecks };
}

function judgeBase({ base, line }: Stage, earlier: readonly Stage[], add: Add): void {
  const isStage = earlier.some(({ name }, index) => name === base.toLowerCase() || String(index) === base);
  if (isStage || base === "scratch" || base.includes("$")) return;
  if (base.includes("@sha256:")) return;
  add("PLM-0011", line, `${base} is not pinned by its digest`);
  const tag = /:([\w.-]{1,128})$/.exec(base)?.[1] ?? null;
  if (tag === null || tag === "latest")
    add("DKL-DI-0006", line, `${base} ${tag === null ? "has no tag, so it is latest" : "is latest"}`);
}

function judgeStage({ instructions }: Stage, options: LintOptions, add: Add): void {
  for (const keyword of ["CMD", "ENTRYPOINT"]) {
    const own = instructions.filter((one) => one.keyword === keyword && !one.isOnBuild);
    for (const { line } of own.slice(0, -1))
      add("PLM-0203", line, `This ${keyword} is replaced by a later one`);
  }
  for (const instruction of instructions) {
    judgeSecrets(instruction, options, add);
    judgeInstruction(instruction, add);
  }
}

function judgeInstruction({ keyword, text, documents, line }: Instruction, add: Add): void {
  switch (keyword) {
    case "RUN":
      for (const { check, message } of judgeCommand(`${text}\n${documents}`)) add(check, line, message);
      return;
    case "ADD":
      if (/(?:^|\s)["']?(?:https?|ftp|git):\/\/|(?:^|\s)git@/.test(text)) {
        if (!text.includes("--checksum=")) add("PLM-0001", line, "ADD from an address, without --checksum");
      } else if (!/\.(?:tar|tgz|tbz2?|txz|tar\.\w{1,4}|zst)["']?(?:\s|,)/.test(text)) {
        add("CIS-DI-0009", line, "ADD is used where COPY does the same");
      }
      return;
    case "EXPOSE":
      for (const [port] of text.matchAll(/(?<![\w.:$-])\d{1,5}(?=\/|\s|-|$)/g)) {
        if (Number(port) < 1024) add("PLM-0002", line, `Port ${port} is exposed`);
        if (Number(port) === 22) add("PLM-0003", line, "Port 22 is that of SSH");
      }
      return;
    case "VOLUME":
      if (/(?:^|[\s"'[,])\/(?:dev|proc|sys|etc|boot|run|var\/run)?(?=["'\s\],]|$)/.test(text)) {
        add("DKL-DI-0002", line, `VOLUME ${text.slice(0, 100)}`);
      }
      return;
    case "WORKDIR":
      if (!/^["']?(?:\/|\$|[A-Za-z]:)/.test(text))
        add("PLM-0204", line, `WORKDIR ${text.slice(0, 100)} is relative`);
      return;
    case "CMD":
    case "ENTRYPOINT":
      if (!text.startsWith("[")) add("PLM-0202", line, `${keyword} is started by a shell`);
  }
}

function judgeSecrets({ keyword, text, documents, line }: Instruction, options: LintOptions, add: Add): void {
  // The instruction goes along: `ENV NAME value` is known by it.
  const whole = ["ENV", "ARG"].includes(keyword) ? `${keyword} ${text}` : `${text}\n${documents}`;
  const found = options.findSecrets(whole);
  for (const title of found) add("CIS-DI-0010", line, `${title} in ${keyword}`);
  if (keyword !== "ARG" || found.length > 0) return;
  for (const [, name = ""] of text.matchAll(/(?:^|\s)(\w{1,100})(?==|\s|$)/g)) {
    if (options.isSecretName(name))
      add("PLM-0205", line, `${name} is a build argument, which the history keeps`);
  }
}

/** What counts of the last stage, which is the image, and of the stages it is built on. */
function judgeResult({ stages }: Dockerfile, add: Add): void {
  const last = stages.at(-1);
  if (last === undefined) return;
  const chain: Instruction[] = [];
  for (
    let stage: Stage | undefined = last, depth = 0;
    stage !== undefined && depth <= stages.length;
    depth += 1
  ) {
    chain.unshift(...stage.instructions.filter(({ isOnBuild }) => !isOnBuild));
    const { base }: Stage = stage;
    const index: number = stages.indexOf(stage);
    stage = stages.slice(0, index).findLast(({ name }) => name === base.toLowerCase());
  }
  const user = chain.findLast(({ keyword }) => keyword === "USER");
  if (user === undefined) add("CIS-DI-0001", last.line, "The last stage sets no USER");
  else {
    const [name = ""] = user.text.split(/[:\s]/, 1);
    if (name === "root" || /^[+-]?0+$/.test(name))
      add("CIS-DI-0001", user.line, `USER ${user.text.slice(0, 60)} is root`);
  }
  const health = chain.findLast(({ keyword }) => keyword === "HEALTHCHECK");
  if (health === undefined) add("CIS-DI-0006", last.line, "There is no HEALTHCHECK");
  else if (/^NONE$/i.test(health.text)) add("CIS-DI-0006", health.line, "HEALTHCHECK is switched off");
}
