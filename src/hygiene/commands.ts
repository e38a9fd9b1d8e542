/**
 * What is wrong with a command of a build, by its words: the same for the history of an image and for a Dockerfile.
 * Commands are shell; they are not parsed, so that a row names only what is beyond doubt.
 */

/** One step of a build. */
export interface BuildStep {
  /** `RUN`, `COPY`, `ENV`, …; null where the history does not tell. */
  readonly instruction: string | null;
  /** What follows the instruction, without the shell that runs it. */
  readonly text: string;
}

const STEP_LENGTH_MAX = 64 * 1024;

/** Reads an entry of the history, of BuildKit, of the old builder, Buildah and Kaniko. */
export function readStep(createdBy: string): BuildStep {
  const text = createdBy.slice(0, STEP_LENGTH_MAX).trim();
  const nop = /^\/bin\/sh -c #\(nop\)\s{0,8}([A-Z]{2,12})\b\s{0,8}/.exec(text);
  if (nop !== null) return { instruction: nop[1] ?? null, text: text.slice(nop[0].length) };
  const plain =
    /^(ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR)\b\s{0,8}/.exec(
      text,
    );
  const rest = text.slice(plain?.[0].length ?? 0).replace(/\s{0,2}# buildkit$/, "");
  const shell =
    /^(?:\|\d{1,4} .{0,4000}? )?\/bin\/(?:ba|a|da)?sh\s(?:-[a-z]{1,8}\s|-o\s\w{1,20}\s){0,4}/.exec(rest);
  const instruction = plain?.[1] ?? (shell === null ? null : "RUN");
  return { instruction, text: instruction === "RUN" && shell !== null ? rest.slice(shell[0].length) : rest };
}

/** Ids of the checks that a shell command fails, each with what is said of it. */
export function judgeCommand(text: string): readonly { readonly check: string; readonly message: string }[] {
  const command = text.slice(0, STEP_LENGTH_MAX);
  return rows.filter(({ fails }) => fails(command)).map(({ check, message }) => ({ check, message }));
}

interface CommandRow {
  readonly check: string;
  readonly message: string;
  fails(command: string): boolean;
}

const has =
  (pattern: RegExp) =>
  (command: string): boolean =>
    pattern.test(command);

/** Every command that a shell would start on its own. */
function partsOf(command: string): readonly string[] {
  return command.split(/&&|\|\||[;\n|]/).map((part) => part.trim());
}

const rows: readonly CommandRow[] = [
  {
    check: "CIS-DI-0007",
    message: "The package lists are updated in a step of their own, so later installs use stale ones",
    fails: (command) =>
      /\b(?:apt-get|apt|aptitude)\s{1,4}(?:-\S{1,30}\s{1,4}){0,6}update\b|\bapk\s{1,4}(?:-\S{1,30}\s{1,4}){0,4}update\b/.test(
        command,
      ) && !/\b(?:install|upgrade|add|source|build-dep|full-upgrade|dist-upgrade)\b/.test(command),
  },
  {
    check: "DKL-DI-0001",
    message: "sudo is used or installed",
    fails: (command) =>
      partsOf(command).some(
        (part) =>
          /^sudo\s/.test(part) || (/\b(?:install|add)\b/.test(part) && /\ssudo(?:[\s=]|$)/.test(part)),
      ),
  },
  {
    check: "DKL-DI-0003",
    message: "All packages are upgraded, so that the same build gives another image tomorrow",
    fails: has(
      /\b(?:apt-get|apt|aptitude)\s{1,4}(?:-\S{1,40}\s{1,4}){0,8}(?:upgrade|dist-upgrade|full-upgrade)\b|\bapk\s{1,4}(?:-\S{1,30}\s{1,4}){0,4}upgrade\b|\b(?:yum|dnf|microdnf)\s{1,4}(?:-\S{1,30}\s{1,4}){0,6}(?:upgrade|update)(?=\s{0,4}(?:-\S{1,30}\s{0,4}){0,6}(?:$|&&|;|\|))/,
    ),
  },
  {
    check: "DKL-DI-0004",
    message: "apk add without --no-cache leaves the index in the layer",
    fails: (command) =>
      /\bapk\s/.test(command) &&
      partsOf(command).some((part) => /\bapk\s.{0,200}?\badd\b/.test(part) && !part.includes("--no-cache")) &&
      !/rm\s{1,4}-\S{1,8}\s.{0,200}?\/var\/cache\/apk|--mount=type=cache/.test(command),
  },
  {
    check: "DKL-DI-0005",
    message: "apt-get install without removing /var/lib/apt/lists in the same step",
    fails: (command) =>
      /\b(?:apt-get|apt)\s{1,4}(?:-\S{1,60}\s{1,4}){0,8}install\b/.test(command) &&
      !/\/var\/lib\/apt(?:\/lists)?|--mount=type=cache|\brmdir\b.{0,80}apt/.test(command),
  },
  {
    check: "PLM-0012",
    message: "What is fetched from the network is run unseen",
    fails: has(
      /\b(?:curl|wget)\b[^|;&\n]{0,500}\|\s{0,4}(?:sudo\s{1,4})?(?:\S{0,40}\/)?(?:ba|z|a|da|k)?sh\b|\b(?:ba|z|da)?sh\s{1,4}(?:-c\s{1,4})?["']?(?:<\(|\$\()\s{0,4}(?:curl|wget)\b/,
    ),
  },
  {
    check: "PLM-0013",
    message: "Everybody is given the right to write",
    fails: has(/\bchmod\s{1,4}(?:-\S{1,12}\s{1,4}){0,4}(?:0?777|a\+rwx|ugo\+rwx|o\+w|a\+w)\b/),
  },
  {
    check: "PLM-0017",
    message: "What is fetched is not verified",
    fails: has(
      /\bcurl\b[^|;&\n]{0,400}\s(?:-[a-zA-Z]{0,6}k[a-zA-Z]{0,6}|--insecure)(?:\s|$)|--no-check-certificate\b|NODE_TLS_REJECT_UNAUTHORIZED\s{0,2}=\s{0,2}["']?0|GIT_SSL_NO_VERIFY\s{0,2}=\s{0,2}["']?(?:1|true)|PYTHONHTTPSVERIFY\s{0,2}=\s{0,2}["']?0|strict-ssl\s{1,4}false|sslverify\s{1,4}false|--allow-unauthenticated\b|--force-yes\b|--allow-untrusted\b|--nogpgcheck\b|--no-gpg-checks?\b|--trusted-host\b/i,
    ),
  },
];
