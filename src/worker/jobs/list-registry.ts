/** Job `list-registry`: a registry is asked which repositories it has. */
import { asEngine } from "../../store/in-org.ts";
import { recordListing } from "../../store/stores/listed-repositories.ts";
import { findPolledRegistry } from "../../store/stores/registry-polls.ts";
import { failureOf } from "../analysis/failure.ts";
import type { Job } from "../context.ts";
import { textOf } from "../payload.ts";
import { listRegistry } from "../polling/list-registry.ts";

export const listRegistryJob: Job = {
  kind: "list-registry",
  concurrencyMax: 2,
  async run(context, job) {
    const [orgId, registryId] = [textOf(job, "org"), textOf(job, "registry")];
    const registry = await findPolledRegistry(context.store.engine, orgId, registryId);
    if (registry === null) return;
    try {
      await listRegistry(context, { orgId, registry, signal: job.signal });
    } catch (error) {
      job.signal.throwIfAborted();
      const failure = failureOf(error);
      context.log(`${registry.host}: ${failure.code} ${failure.message}`);
      await asEngine(context.store, (tx) =>
        recordListing(tx, orgId, registryId, { at: null, failure: failure.message }),
      );
      if (failure.mayPass && !job.isLastAttempt) throw error;
    }
  },
};
