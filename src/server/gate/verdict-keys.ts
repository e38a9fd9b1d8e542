/** Keys of an organisation's verdicts: made here, sealed at once, rotated so that what the one before signed goes on to count. */
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { keyIdOf } from "../../attestations/keys.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { SecretBox } from "../../io/secret-box.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { recordAudit } from "../../store/stores/audit.ts";
import { deleteVerdictKey, rotateVerdictKey, verdictKeyPurpose } from "../../store/stores/verdict-keys.ts";
import { callerActor, type Caller } from "../caller.ts";

export interface KeyContext {
  readonly tx: StoreTransaction;
  readonly orgId: string;
  readonly caller: Caller;
  readonly now: Date;
}

/** Makes a key that signs from now on. */
export async function rotateKey(
  context: KeyContext,
  secrets: SecretBox,
  overlapHours: number,
): Promise<void> {
  const { tx, orgId, caller, now } = context;
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const id = randomUUID();
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const keyId = keyIdOf(publicKey);
  const actor = callerActor(caller);
  const key = {
    id,
    keyId,
    publicPem: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateSealed: secrets.seal(pem, verdictKeyPurpose(id)),
    createdBy: actor.name,
  };
  const validUntil = new Date(now.getTime() + overlapHours * 3_600_000);
  const before = await rotateVerdictKey(tx, orgId, key, { now, validUntil });
  await recordAudit(tx, {
    orgId,
    actor,
    action: "verdict-key.created",
    target: keyId,
    before: before === null ? null : { signing: before.keyId },
    after: { signing: keyId, ...(before === null ? {} : { previousValidUntil: validUntil.toISOString() }) },
  });
}

/** What it signed does not count any more, and nothing is signed until there is another. @throws PlimsollError NOT_FOUND */
export async function removeKey({ tx, orgId, caller }: KeyContext, id: string): Promise<void> {
  const removed = await deleteVerdictKey(tx, orgId, id);
  if (removed === null) throw new PlimsollError("NOT_FOUND", "There is no such key.");
  const { keyId } = removed;
  const actor = callerActor(caller);
  await recordAudit(tx, {
    orgId,
    actor,
    action: "verdict-key.deleted",
    target: keyId,
    before: { keyId },
    after: null,
  });
}
