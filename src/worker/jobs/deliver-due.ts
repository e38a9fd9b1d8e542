/** Job `deliver-due`: asks for the messages of webhooks whose time has come. */
import { asEngine } from "../../store/in-org.ts";
import { listDueWebhooks } from "../../store/stores/gathered-deliveries.ts";
import type { Job } from "../context.ts";

/** In one go; the others half a minute later. */
const WEBHOOKS_MAX = 1_000;

export const deliverDue: Job = {
  kind: "deliver-due",
  concurrencyMax: 1,
  run: ({ store, queue, clock }) =>
    asEngine(store, async (tx) => {
      const due = await listDueWebhooks(tx, clock(), WEBHOOKS_MAX);
      await queue.send(
        tx,
        due.map(({ orgId, webhookId }) => ({
          kind: "deliver-gathered" as const,
          key: `${orgId}/${webhookId}`,
          payload: { org: orgId, webhook: webhookId },
        })),
      );
    }),
};
