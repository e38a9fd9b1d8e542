/** Repositories of an organisation, as the command line names them. */
import { repositoryPage, type RepositoryView } from "../../api/rest/registries.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { ServerClient } from "./client.ts";

export interface RepositoryName {
  /** `registry.example.com:5000`, or null when only the path is named. */
  readonly registry: string | null;
  /** `acme/my-app` */
  readonly name: string;
}

/**
 * `acme/my-app` or `registry.example.com/acme/my-app`. As in references, the first part is a host when it has a dot or a port or
 * is `localhost`. `registry` is that of --registry, and wins. @throws PlimsollError USAGE for a tag or digest
 */
export function parseRepositoryName(word: string, registry: string | null): RepositoryName {
  const slash = word.indexOf("/");
  const first = word.slice(0, Math.max(slash, 0));
  const isHost = slash > 0 && (/[.:]/.test(first) || first === "localhost");
  const name = isHost ? word.slice(slash + 1) : word;
  if (name === "" || /[@:]/.test(name)) {
    throw new PlimsollError(
      "USAGE",
      `A repository is named without tag and digest: ORG/my-app, not "${word}".`,
    );
  }
  if (isHost && registry !== null && registry !== first) {
    throw new PlimsollError("USAGE", `"${word}" names another registry than --registry ${registry}.`);
  }
  return { registry: registry ?? (isHost ? first : null), name };
}

/** All of them, page by page. */
export async function listRepositories(client: ServerClient, org: string): Promise<RepositoryView[]> {
  const all: RepositoryView[] = [];
  let cursor: string | undefined;
  do {
    const path = `/orgs/${org}/repositories`;
    const page = await client.ask({ path, query: { limit: "200", cursor } }, repositoryPage);
    all.push(...page.entries);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && all.length < REPOSITORIES_MAX);
  return all;
}

const REPOSITORIES_MAX = 100_000;

/** The one that is meant. @throws PlimsollError NOT_FOUND; USAGE when several registries have it */
export function chooseRepository(
  all: readonly RepositoryView[],
  { registry, name }: RepositoryName,
): RepositoryView {
  const found = all.filter((row) => row.name === name && (registry === null || row.registry === registry));
  const [first, second] = found;
  if (first === undefined) throw new PlimsollError("NOT_FOUND", `The repository ${name} is not enabled.`);
  if (second === undefined) return first;
  throw new PlimsollError("USAGE", `${name} is in several registries: name one with --registry.`);
}
