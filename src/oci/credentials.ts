/**
 * Which sign-in goes to which registry. Order: given explicitly (for its one registry), then each file of sign-ins:
 * its helper for the registry, its store for all, its own entries; then none.
 */
import { askHelper } from "./credential-helper.ts";
import { type Credentials, credentialsOfEntry, readSignIns, type StoredSignIns } from "./docker-config.ts";
import { OciError } from "./error.ts";

export interface ExplicitCredentials {
  /** The one registry they are meant for: `registry.example.com`. They are sent to no other. */
  readonly registry: string;
  readonly user: string | null;
  readonly password: string | null;
  /** Sent as bearer token; wins over user and password. */
  readonly token: string | null;
}

export interface CredentialOptions {
  readonly explicit: ExplicitCredentials | null;
  /** See `credentialFiles()`. */
  readonly files: readonly string[];
  /** Environment of helpers: they need PATH and HOME. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal | null;
}

export interface CredentialAnswer {
  /** Null: ask anonymously. */
  readonly credentials: Credentials | null;
  /** What could not be asked, for the message when the registry refuses; or null. */
  readonly note: string | null;
}

/** Finds the sign-in for a repository, e.g. registry `docker.io`, path `library/alpine`. */
export type CredentialSource = (registry: string, path: string) => Promise<CredentialAnswer>;

/** A source that reads files and asks helpers when a registry first wants to know. Each call looks again. @throws OciError CREDENTIALS_INVALID */
export function createCredentialSource(options: CredentialOptions): CredentialSource {
  return async (registry, path) => {
    const explicit = options.explicit?.registry === registry ? fromExplicit(options.explicit) : null;
    if (explicit !== null) return { credentials: explicit, note: null };
    let note: string | null = null;
    for (const file of options.files) {
      const signIns = await readSignIns(file);
      if (signIns === null) continue;
      const answer = await findIn(signIns, registry, path, options);
      if (answer.credentials !== null) return answer;
      note ??= answer.note;
    }
    return { credentials: null, note };
  };
}

function fromExplicit(explicit: ExplicitCredentials): Credentials | null {
  if (explicit.token !== null && explicit.token !== "") return { kind: "bearer", token: explicit.token };
  if (explicit.user === null || explicit.user === "" || explicit.password === null) return null;
  return { kind: "basic", user: explicit.user, password: explicit.password };
}

async function findIn(
  signIns: StoredSignIns,
  registry: string,
  path: string,
  options: CredentialOptions,
): Promise<CredentialAnswer> {
  const server = registry === "docker.io" ? "https://index.docker.io/v1/" : registry;
  const ask = { server, env: options.env, signal: options.signal };
  const named = Object.entries(signIns.helpers).find(([key]) => hostOfKey(key) === registry)?.[1];
  if (named !== undefined && named !== "") {
    const answer = await askHelper({ ...ask, name: named });
    if (answer.kind === "found") return { credentials: answer.credentials, note: null };
    if (answer.kind === "missing") {
      throw new OciError("CREDENTIALS_INVALID", `${answer.program}, named for ${registry}, is not on PATH.`);
    }
  }
  let note: string | null = null;
  if (signIns.store !== null && named === undefined) {
    const answer = await askHelper({ ...ask, name: signIns.store });
    if (answer.kind === "found") return { credentials: answer.credentials, note: null };
    // A store that is not installed here must not stand between us and a public image.
    if (answer.kind === "missing") note = `${answer.program}, which keeps the sign-ins, is not on PATH`;
  }
  const key = bestKey(Object.keys(signIns.auths), registry, path);
  const entry = key === null ? undefined : signIns.auths[key];
  return { credentials: entry === undefined ? null : credentialsOfEntry(entry, signIns.path), note };
}

/** The key that names the most of `registry/path`; Podman's may hold a part of the path, Docker's a whole address. */
function bestKey(keys: readonly string[], registry: string, path: string): string | null {
  const name = `${registry}/${path}`;
  const fitting = keys
    .map((key) => ({ key, scope: scopeOfKey(key) }))
    .filter(({ scope }) => name === scope || name.startsWith(`${scope}/`))
    .toSorted((a, b) => b.scope.length - a.scope.length);
  return fitting[0]?.key ?? null;
}

/** `https://index.docker.io/v1/` -> `docker.io`; `quay.io/team` stays. */
function scopeOfKey(key: string): string {
  const bare = key
    .replace(/^https?:\/\//, "")
    .replace(/\/v[12]\/?$/, "")
    .replace(/\/$/, "");
  const slash = bare.indexOf("/");
  const host = (slash === -1 ? bare : bare.slice(0, slash)).toLowerCase();
  const isHub = host === "index.docker.io" || host === "registry-1.docker.io";
  return `${isHub ? "docker.io" : host}${slash === -1 ? "" : bare.slice(slash)}`;
}

function hostOfKey(key: string): string {
  return scopeOfKey(key).split("/", 1)[0] ?? "";
}
