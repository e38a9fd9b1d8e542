/** Signed verdicts of the gate, and their keys. */
import { z } from "zod";
import {
  signedVerdictRequest,
  signedVerdictView,
  verdictKeyList,
  verdictKeyRequest,
  type VerdictKeyView,
} from "../../api/rest/verdicts.ts";
import { uuid } from "../../api/rest/fields.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { listVerdictKeys, type VerdictKey } from "../../store/stores/verdict-keys.ts";
import { removeKey, rotateKey } from "../gate/verdict-keys.ts";
import { signVerdict } from "../gate/sign-verdict.ts";
import type { ServerParts } from "../parts.ts";
import { orgRoute, type Route } from "../route.ts";

const tag = "Verdicts";

export const verdictRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/gate/verdict",
      permission: "sign-verdict",
      summary: "The gate's decision as a signed statement that lasts for a while",
      tag,
      body: signedVerdictRequest,
      response: signedVerdictView,
      problems: ["IMAGE_UNKNOWN", "REFERENCE_INVALID", "VERDICT_KEY_MISSING", "SIGNER_FAILED"],
    },
    async ({ org, now, body: { validSeconds, ...asked } }, parts) => {
      const { envelope, ...said } = await signVerdict(parts, { org, asked, validSeconds, now });
      return { ...said, envelope: JSON.parse(envelope) as unknown };
    },
  ),
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/verdict-keys",
      permission: "read",
      summary: "Public keys that verdicts are verified with, the one that signs first",
      tag,
      response: verdictKeyList,
    },
    ({ org, now }, parts) => inOrg(parts.store, org.id, (tx) => listKeys(tx, parts, org.id, now)),
  ),
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/verdict-keys",
      permission: "manage-gates",
      summary: "Make a key that signs from now on; the one before goes on to count for a while",
      tag,
      body: verdictKeyRequest,
      response: verdictKeyList,
      status: 201,
    },
    ({ org, caller, now, body: { overlapHours } }, parts) =>
      inOrg(parts.store, org.id, async (tx) => {
        await rotateKey({ tx, orgId: org.id, caller, now }, parts.secrets, overlapHours);
        return listKeys(tx, parts, org.id, now);
      }),
  ),
  orgRoute(
    {
      method: "delete",
      path: "/orgs/{org}/verdict-keys/{verdictKeyId}",
      permission: "manage-gates",
      summary: "Delete a key: what it signed counts no more for who fetches the keys again",
      tag,
      params: z.object({ verdictKeyId: uuid }),
      response: null,
    },
    ({ org, caller, now, params: { verdictKeyId } }, { store }) =>
      inOrg(store, org.id, (tx) => removeKey({ tx, orgId: org.id, caller, now }, verdictKeyId)),
  ),
];

async function listKeys(
  tx: StoreTransaction,
  { verdictSigner }: ServerParts,
  orgId: string,
  now: Date,
): Promise<{ readonly keys: readonly VerdictKeyView[] }> {
  const own = await listVerdictKeys(tx, orgId, now);
  const external = (verdictSigner?.publicKeys ?? []).map(({ keyId, pem }, at) => ({
    id: null,
    keyId,
    publicKey: pem,
    signs: at === 0,
    createdBy: null,
    createdAt: null,
    validUntil: null,
  }));
  return { keys: [...external, ...own.map((key) => viewKey(key, verdictSigner === null))] };
}

/** `maySign`: no key of the installation signs in its place. */
function viewKey(key: VerdictKey, maySign: boolean): VerdictKeyView {
  const { id, keyId, publicPem, createdBy, createdAt, validUntil } = key;
  return {
    id,
    keyId,
    publicKey: publicPem,
    signs: maySign && validUntil === null,
    createdBy,
    createdAt: createdAt.toISOString(),
    validUntil: validUntil?.toISOString() ?? null,
  };
}
