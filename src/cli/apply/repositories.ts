/** Repositories that are analysed, as the file names them. */
import type { ApplyFile } from "../../api/apply-file.ts";
import { repositoryView, type RepositoryView } from "../../api/rest/registries.ts";
import { listRepositories } from "../server/repositories.ts";
import type { ApplyAccess, Change, PartPlan } from "./plan.ts";

type Wanted = NonNullable<ApplyFile["repositories"]>[number];

export async function planRepositories(
  { client, below }: ApplyAccess,
  org: string,
  wanted: readonly Wanted[],
): Promise<PartPlan> {
  const enabled = (await listRepositories(client, org)).filter((each) => each.enabled);
  const isKnown = (each: Wanted): boolean => enabled.some((known) => isSame(each, known));
  const path = `${below}/repositories`;
  const changes = wanted
    .filter((each) => !isKnown(each))
    .map((each): Change => ({
      kind: "repository",
      name: each.registry === null ? each.name : `${each.registry}/${each.name}`,
      action: "create",
      differences: [],
      run: async () => void (await client.ask({ method: "POST", path, body: each }, repositoryView)),
    }));
  return {
    changes,
    unchanged: wanted.length - changes.length,
    beside: enabled
      .filter((known) => !wanted.some((each) => isSame(each, known)))
      .map(({ id, fullName }) => ({
        kind: "repository",
        name: fullName,
        // What is known of it stays: it is not analysed any more.
        remove: async () => {
          const body = { enabled: false };
          await client.ask({ method: "PATCH", path: `${path}/${id}`, body }, repositoryView);
        },
      })),
  };
}

function isSame({ registry, name }: Wanted, known: RepositoryView): boolean {
  return known.name === name && (registry === null || known.registry === registry.toLowerCase());
}
