/** Environments as the file names them. */
import { environmentList, environmentView } from "../../api/rest/registries.ts";
import type { ApplyAccess, PartPlan } from "./plan.ts";

export async function planEnvironments(
  { client, below }: ApplyAccess,
  wanted: readonly string[],
): Promise<PartPlan> {
  const path = `${below}/environments`;
  const { environments } = await client.ask({ path }, environmentList);
  const known = new Set(environments.map(({ name }) => name));
  return {
    changes: wanted
      .filter((name) => !known.has(name))
      .map((name) => ({
        kind: "environment",
        name,
        action: "create",
        differences: [],
        run: async () => void (await client.ask({ method: "POST", path, body: { name } }, environmentView)),
      })),
    unchanged: wanted.filter((name) => known.has(name)).length,
    beside: environments
      .filter(({ name }) => !wanted.includes(name))
      .map(({ id, name }) => ({
        kind: "environment",
        name,
        remove: () => client.tell({ method: "DELETE", path: `${path}/${id}` }),
      })),
  };
}
