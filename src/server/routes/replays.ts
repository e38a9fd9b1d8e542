/** Old verdicts made once more: asked for here, made by a worker. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import { replayView, type ReplayView } from "../../api/rest/replays.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { PERSON_PRIORITY } from "../../store/stores/pushes.ts";
import { findReplay, insertReplay } from "../../store/stores/replays.ts";
import { callerActor } from "../caller.ts";
import { orgRoute, type Route } from "../route.ts";

const shared = { tag: "Images" } as const;

export const replayRoutes: readonly Route[] = [
  orgRoute(
    {
      ...shared,
      method: "post",
      path: "/orgs/{org}/images/{imageId}/history/{evaluationId}/replays",
      permission: "analyse",
      summary: "Have a verdict made once more from what it rested on, by the program of now",
      params: z.object({ imageId: uuid, evaluationId: uuid }),
      response: replayView,
      status: 202,
    },
    ({ org, caller, now, params: { imageId, evaluationId } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        const actor = callerActor(caller);
        const id = await insertReplay(tx, org.id, { imageId, evaluationId, askedBy: actor.name, now });
        if (id === null) throw new PlimsollError("NOT_FOUND", "The image has no such verdict.");
        const payload = { org: org.id, replay: id };
        await queue.send(tx, [
          { kind: "replay", key: `${org.id}/${id}`, payload, priority: PERSON_PRIORITY },
        ]);
        const action = "verdict.replay-requested";
        const about = { orgId: org.id, actor, action, target: evaluationId };
        await recordAudit(tx, { ...about, before: null, after: { image: imageId } });
        return readReplay(tx, org.id, imageId, id);
      }),
  ),
  orgRoute(
    {
      ...shared,
      method: "get",
      path: "/orgs/{org}/images/{imageId}/replays/{replayId}",
      permission: "read",
      summary: "What came out when a verdict was made once more",
      params: z.object({ imageId: uuid, replayId: uuid }),
      response: replayView,
    },
    ({ org, params: { imageId, replayId } }, { store }) =>
      inOrg(store, org.id, (tx) => readReplay(tx, org.id, imageId, replayId)),
  ),
];

async function readReplay(
  tx: StoreTransaction,
  orgId: string,
  imageId: string,
  id: string,
): Promise<ReplayView> {
  const row = await findReplay(tx, orgId, { imageId, id });
  if (row === null) throw new PlimsollError("NOT_FOUND", "The image has no such replay.");
  return {
    ...row,
    cause: row.state === "different" ? "engine" : null,
    differences: [...row.differences],
    askedAt: row.askedAt.toISOString(),
    doneAt: row.doneAt?.toISOString() ?? null,
  };
}
