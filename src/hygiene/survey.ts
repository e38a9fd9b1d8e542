/**
 * One walk over all paths of an image, from which the checks of files read what they need.
 */
import type { FileFact, FileTree } from "../domain/files.ts";
import type { FileSurvey } from "../domain/hygiene.ts";

const SETUID_SETGID = 0o6000;
const STICKY = 0o1000;
const WORLD_WRITABLE = 0o002;
const EXECUTABLE = 0o111;

export function surveyFiles(tree: FileTree): FileSurvey {
  const privileged: FileFact[] = [];
  const worldWritableFiles: FileFact[] = [];
  const worldWritableFolders: FileFact[] = [];
  const caches: FileFact[] = [];
  const executablesInTemporary: FileFact[] = [];
  const sensitive: FileFact[] = [];
  const programs = new Map<string, FileFact>();
  for (const fact of tree.walk()) {
    const { path, kind, mode } = fact;
    if (kind === "directory") {
      if ((mode & WORLD_WRITABLE) !== 0 && (mode & STICKY) === 0) worldWritableFolders.push(fact);
      continue;
    }
    if (isProgram(path)) programs.set(path.slice(path.lastIndexOf("/") + 1), fact);
    if (kind !== "file") continue;
    if ((mode & SETUID_SETGID) !== 0) privileged.push(fact);
    if ((mode & WORLD_WRITABLE) !== 0) worldWritableFiles.push(fact);
    if (isCache(path) && fact.sizeBytes > 0) caches.push(fact);
    if ((mode & EXECUTABLE) !== 0 && isTemporary(path)) executablesInTemporary.push(fact);
    if (isSensitive(path) && fact.sizeBytes > 0) sensitive.push(fact);
  }
  return {
    privileged: sorted(privileged),
    worldWritableFiles: sorted(worldWritableFiles),
    worldWritableFolders: sorted(worldWritableFolders),
    caches: sorted(caches),
    executablesInTemporary: sorted(executablesInTemporary),
    sensitive: sorted(sensitive),
    programs,
  };
}

function sorted(facts: FileFact[]): readonly FileFact[] {
  return facts.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const PROGRAM_FOLDERS: readonly string[] = [
  "usr/bin/",
  "bin/",
  "usr/sbin/",
  "sbin/",
  "usr/local/bin/",
  "usr/local/sbin/",
  "busybox/",
];

function isProgram(path: string): boolean {
  return PROGRAM_FOLDERS.some((folder) => path.startsWith(folder) && !path.includes("/", folder.length));
}

const CACHE_FOLDERS: readonly string[] = [
  "var/lib/apt/lists/",
  "var/cache/apt/",
  "var/cache/apk/",
  "etc/apk/cache/",
  "var/cache/yum/",
  "var/cache/dnf/",
  "var/cache/libdnf5/",
  "var/cache/zypp/",
  "var/cache/pacman/pkg/",
  "root/.cache/",
  "root/.npm/_cacache/",
  "root/.m2/repository/",
  "root/.gradle/caches/",
  "usr/local/share/.cache/yarn/",
];

function isCache(path: string): boolean {
  // `lock` and `partial` are what is left of an emptied one.
  if (path.endsWith("/lock")) return false;
  return (
    CACHE_FOLDERS.some((folder) => path.startsWith(folder)) ||
    /^home\/[^/]+\/(?:\.cache\/(?:pip|go-build|yarn|uv)|\.npm\/_cacache)\//.test(path)
  );
}

function isTemporary(path: string): boolean {
  return (
    path.startsWith("tmp/") ||
    path.startsWith("var/tmp/") ||
    path.startsWith("dev/shm/") ||
    path.startsWith("run/") ||
    path.startsWith("var/run/")
  );
}

function isSensitive(path: string): boolean {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (SENSITIVE_NAMES.has(name)) return !path.startsWith("usr/share/") && !path.includes("/node_modules/");
  if (name.startsWith("ssh_host_") && name.endsWith("_key")) return true;
  if (name.startsWith(".env."))
    return !/\.(?:example|sample|template|dist|test)$/.test(name) && !path.includes("node_modules/");
  return SENSITIVE_PATH.test(path);
}

const SENSITIVE_NAMES: ReadonlySet<string> = new Set([
  ".env",
  "id_rsa",
  "id_dsa",
  "id_ecdsa",
  "id_ed25519",
  ".netrc",
  ".pgpass",
  ".git-credentials",
  ".dockercfg",
  ".htpasswd",
  ".bash_history",
  ".ash_history",
  ".zsh_history",
  ".mysql_history",
  ".psql_history",
  ".python_history",
  "terraform.tfstate",
  "docker-compose.yml",
  "docker-compose.yaml",
  "Dockerfile",
  "kubeconfig",
]);

const SENSITIVE_PATH =
  /(?:^|\/)(?:\.aws\/credentials|\.docker\/config\.json|\.kube\/config|\.gnupg\/(?:secring\.gpg|private-keys-v1\.d\/[^/]+)|\.git\/config|\.ssh\/[^/]+\.pem|\.config\/gcloud\/[^/]*credentials[^/]*)$|^[^/]+\/[^/]+\.(?:p12|pfx|jks|keystore)$/;
