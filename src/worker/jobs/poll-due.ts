/** Job `poll-due`: asks for the polls of registries whose time has come. */
import { asEngine } from "../../store/in-org.ts";
import { takeDueRegistries } from "../../store/stores/registry-polls.ts";
import type { Job } from "../context.ts";

/** In one go; the others a minute later. */
const REGISTRIES_MAX = 1_000;

export const pollDue: Job = {
  kind: "poll-due",
  concurrencyMax: 1,
  run: ({ store, queue, clock }) =>
    asEngine(store, async (tx) => {
      const due = await takeDueRegistries(tx, clock(), REGISTRIES_MAX);
      await queue.send(
        tx,
        due.map(({ orgId, registryId }) => ({
          kind: "poll-registry" as const,
          key: `${orgId}/${registryId}`,
          payload: { org: orgId, registry: registryId },
          // What people and registries ask for goes first.
          priority: -5,
        })),
      );
    }),
};
