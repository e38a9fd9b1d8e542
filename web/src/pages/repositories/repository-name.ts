/** What somebody wrote as a repository: a name, or a whole reference as it is copied from a shell. */

export interface WrittenRepository {
  /** Null: none was written. */
  readonly registry: string | null;
  readonly name: string;
}

/**
 * `acme/my-app`, `registry.example.com/acme/my-app`, `docker://registry.example.com/acme/my-app:1.2`: tag and digest are left off,
 * and the registry is found by `hosts`, those that are connected.
 */
export function readRepository(written: string, hosts: readonly string[]): WrittenRepository {
  const path = written
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, "")
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "")
    .replace(/\/+$/, "");
  const host = hosts.find((each) => path.startsWith(`${each.toLowerCase()}/`)) ?? null;
  return { registry: host, name: host === null ? path : path.slice(host.length + 1) };
}
