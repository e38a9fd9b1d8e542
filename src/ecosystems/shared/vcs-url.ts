/**
 * Where the source of a package was taken from, as purl's `vcs_url` writes it: `git+https://host/u/r.git@commit`
 * (SPDX 2.3, section 7.7). Credentials in an address never get through.
 */

/**
 * The forms of npm, Yarn, pnpm, Bun and pip: `git+ssh://git@host/u/r.git#commit`, `https://host/u/r.git#commit=…`,
 * `git@host:u/r.git#…`, `github:u/r#commit`, and tarballs of GitHub. Null: an address of another kind, or none.
 */
export function vcsUrl(address: unknown): string | null {
  if (typeof address !== "string" || address.length > addressLengthMax) return null;
  const hash = address.indexOf("#");
  const place = hash === -1 ? address : address.slice(0, hash);
  const commit = commitOf(hash === -1 ? "" : address.slice(hash + 1));
  const tarball = GITHUB_TARBALL.exec(place);
  if (tarball !== null) return gitUrl(`https://github.com/${tarball[1] ?? ""}.git`, tarball[2] ?? "");
  const short = SHORT.exec(place);
  if (short !== null) return gitUrl(`https://${hosts[short[1] ?? ""] ?? ""}/${short[2] ?? ""}.git`, commit);
  if (place.startsWith("git+")) return gitUrl(place.slice(4), commit);
  const scp = SCP.exec(place);
  if (scp !== null) return gitUrl(`ssh://git@${scp[1] ?? ""}/${scp[2] ?? ""}`, commit);
  if (place.startsWith("git:") || (place.endsWith(".git") && place.includes("://")))
    return gitUrl(place, commit);
  return null;
}

const addressLengthMax = 2000;
const GITHUB_TARBALL =
  /^https:\/\/codeload\.github\.com\/([\w.-]+\/[\w.-]+)\/(?:legacy\.)?tar\.gz\/([\w.-]+)$/;
const SHORT = /^(github|gitlab|bitbucket):([\w.-]+\/[\w.-]+)$/;
const SCP = /^git@([\w.-]+):([\w./~-]+)$/;

const hosts: Readonly<Record<string, string>> = {
  github: "github.com",
  gitlab: "gitlab.com",
  bitbucket: "bitbucket.org",
};

/** `0123abc`, `commit=0123abc`, `head=main&commit=0123abc`. */
function commitOf(fragment: string): string {
  const named = fragment.split("&").find((part) => part.startsWith("commit="));
  return named === undefined ? fragment : named.slice(7);
}

/** The address with its commit, without user and password; the user `git` of SSH is no secret and stays. */
export function gitUrl(place: string, commit: string): string | null {
  let url: URL;
  try {
    url = new URL(place);
  } catch {
    return null;
  }
  if (url.host === "") return null;
  const user = url.protocol === "ssh:" && url.username === "git" ? "git@" : "";
  const scheme = url.protocol === "git:" ? "git" : `git+${url.protocol.slice(0, -1)}`;
  const end = COMMIT.test(commit) ? `@${commit}` : "";
  return `${scheme}://${user}${url.host}${url.pathname}${end}`;
}

const COMMIT = /^[\w./-]{1,200}$/;
