/** Checks of the files of the merged tree. */
import type { FileFact } from "../../domain/files.ts";
import type { FileSurvey } from "../../domain/hygiene.ts";
import { fileFinding, judge, ofFiles } from "../outcome.ts";
import type { HygieneCheck } from "../types.ts";

const DOCKLE = "https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md";
const CIS = "https://www.cisecurity.org/benchmark/docker";
const CWE_732 = "https://cwe.mitre.org/data/definitions/732.html";
const NIST = "https://doi.org/10.6028/NIST.SP.800-190";

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}

/** One finding a folder: caches have thousands of files. */
function byFolder(
  facts: readonly FileFact[],
  depth: number,
): readonly (readonly [folder: string, facts: readonly FileFact[]])[] {
  return [...Map.groupBy(facts, ({ path }) => path.split("/").slice(0, depth).join("/"))];
}

/** Those of the names that are installed. */
function installed(survey: FileSurvey, names: readonly string[]): readonly FileFact[] {
  return names.flatMap((name) => survey.programs.get(name) ?? []);
}

export const fileChecks: readonly HygieneCheck[] = [
  {
    id: "CIS-DI-0008",
    title: "No setuid or setgid files",
    severity: "medium",
    references: [CIS, DOCKLE],
    fix: "Remove the bits that are not needed: find / -perm /6000 -type f -exec chmod a-s {} +",
    evaluate: ofFiles(({ privileged }) =>
      judge(
        privileged.map((fact) =>
          fileFinding(
            fact,
            `${(fact.mode & 0o4000) !== 0 ? "setuid" : "setgid"}, mode ${octal(fact.mode)}, owner ${fact.uid}:${fact.gid}`,
          ),
        ),
      ),
    ),
  },
  {
    id: "PLM-0004",
    title: "No file may be written by everybody",
    severity: "medium",
    references: [CWE_732],
    fix: "Take the right away with chmod o-w, and give the file to the user that needs it.",
    evaluate: ofFiles(({ worldWritableFiles }) =>
      judge(worldWritableFiles.map((fact) => fileFinding(fact, `mode ${octal(fact.mode)}`))),
    ),
  },
  {
    id: "PLM-0005",
    title: "Folders that everybody may write have the sticky bit",
    severity: "medium",
    references: [CWE_732],
    fix: "Set it with chmod +t, or take the right away with chmod o-w.",
    evaluate: ofFiles(({ worldWritableFolders }) =>
      judge(
        worldWritableFolders.map((fact) =>
          fileFinding(fact, `mode ${octal(fact.mode)} without the sticky bit`),
        ),
      ),
    ),
  },
  {
    id: "PLM-0006",
    title: "No caches of package managers",
    severity: "low",
    references: [DOCKLE, "https://docs.docker.com/build/cache/optimize/#use-cache-mounts"],
    fix: "Delete the cache in the step that fills it, switch it off (pip --no-cache-dir), or use a cache mount.",
    evaluate: ofFiles(({ caches }) =>
      judge(
        byFolder(caches, 3).flatMap(([folder, facts]) => {
          const bytes = facts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
          const first = facts[0];
          if (first === undefined || bytes < CACHE_BYTES_MIN) return [];
          return [
            fileFinding({ ...first, path: folder }, `${facts.length} files, ${(bytes / 1e6).toFixed(1)} MB`),
          ];
        }),
      ),
    ),
  },
  {
    id: "PLM-0007",
    title: "No package manager",
    severity: "low",
    references: [CIS, NIST],
    fix: "Build in one stage and copy the result into a base without a package manager (distroless, hardened, scratch).",
    evaluate: ofFiles((survey) =>
      judge(installed(survey, PACKAGE_MANAGERS).map((fact) => fileFinding(fact, "a package manager"))),
    ),
  },
  {
    id: "PLM-0008",
    title: "No shell",
    severity: "low",
    references: [NIST],
    fix: "Start the program itself (exec form), on a base without a shell.",
    evaluate: ofFiles((survey) =>
      judge(installed(survey, SHELLS).map((fact) => fileFinding(fact, "a shell"))),
    ),
  },
  {
    id: "PLM-0018",
    title: "No compilers and no tools for networks and debugging",
    severity: "low",
    references: [CIS, NIST],
    fix: "Install them in a build stage, or in a debug image of their own.",
    evaluate: ofFiles((survey) =>
      judge(installed(survey, TOOLS).map((fact) => fileFinding(fact, "a tool that attackers use too"))),
    ),
  },
  {
    id: "DKL-LI-0003",
    title: "No sensitive or needless files",
    severity: "medium",
    references: [DOCKLE],
    fix: "List them in .dockerignore, and copy only what the program needs.",
    evaluate: ofFiles(({ sensitive }) =>
      judge(
        sensitive
          .filter(({ path }) => !isKey(path))
          .map((fact) => fileFinding(fact, "a sensitive or needless file")),
      ),
    ),
  },
  {
    id: "PLM-0009",
    title: "No private keys and key stores",
    severity: "high",
    references: [CIS, NIST],
    fix: "Hand keys over at run time; make SSH host keys when the container starts.",
    evaluate: ofFiles(({ sensitive }) =>
      judge(
        sensitive
          .filter(({ path }) => isKey(path))
          .map((fact) => fileFinding(fact, "a private key or key store")),
      ),
    ),
  },
  {
    id: "PLM-0107",
    title: "No programs in temporary folders",
    severity: "medium",
    references: ["https://attack.mitre.org/techniques/T1204/003/"],
    fix: "Delete them in the step that made them; find out who did when nobody did.",
    evaluate: ofFiles(({ executablesInTemporary }) =>
      judge(executablesInTemporary.map((fact) => fileFinding(fact, "a program in a temporary folder"))),
    ),
  },
];

/** Less is what every package manager leaves behind. */
const CACHE_BYTES_MIN = 100_000;

const PACKAGE_MANAGERS: readonly string[] = [
  "apt-get",
  "apt",
  "dpkg",
  "apk",
  "yum",
  "dnf",
  "microdnf",
  "rpm",
  "zypper",
  "pacman",
  "opkg",
  "emerge",
];

const SHELLS: readonly string[] = ["sh", "bash", "dash", "ash", "zsh", "ksh", "fish", "csh", "tcsh"];

const TOOLS: readonly string[] = [
  "gcc",
  "cc",
  "g++",
  "clang",
  "gdb",
  "lldb",
  "strace",
  "ltrace",
  "tcpdump",
  "tshark",
  "nmap",
  "nc",
  "ncat",
  "netcat",
  "socat",
  "telnet",
];

function isKey(path: string): boolean {
  return /(?:^|\/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|ssh_host_\w{1,20}_key|secring\.gpg|private-keys-v1\.d\/[^/]{1,200})$|\.(?:p12|pfx|jks|keystore|pem)$/.test(
    path,
  );
}
