/** The gate as everybody asks it, pipelines and clusters alike: found by name, decided or remembered, and what is missing asked for. */
import { PlimsollError } from "../../domain/error.ts";
import { readRepository } from "../../registries/known-reference.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { requestOutdated } from "../../store/stores/evaluation-requests.ts";
import { findEnvironmentByName } from "../../store/views/environments.ts";
import type { OrgScope } from "../caller.ts";
import type { ServerParts } from "../parts.ts";
import { getPushedImage, type AskedImage } from "../pushed-image.ts";
import { decide, type Decided } from "./decide.ts";
import { decisionCacheOf } from "./decision-cache.ts";
import type { AskedEnvironment } from "./environment-results.ts";

export interface AskedGate extends AskedImage {
  /** Name of an environment of the organisation. */
  readonly environment?: string | undefined;
}

type GateParts = Pick<ServerParts, "store" | "queue" | "events" | "databaseAgeHoursMax">;

/** @throws PlimsollError IMAGE_UNKNOWN, REFERENCE_INVALID, REQUEST_INVALID; NOT_FOUND for an unknown environment */
export async function askGate(
  parts: GateParts,
  org: OrgScope,
  asked: AskedGate,
  now: Date,
): Promise<Decided> {
  const { host, name } = readRepository(asked.repository);
  const repository = `${host}/${name}`;
  // What a tag names is looked up each time; what is known of a digest is remembered.
  const digest =
    asked.digest ?? (await inOrg(parts.store, org.id, (tx) => digestOf(tx, org.id, asked), snapshot));
  const question = { orgId: org.id, repository, digest, environment: asked.environment ?? null };
  return decisionCacheOf(parts).decide(question, now, () =>
    make(parts, org, { repository, digest, environment: asked.environment }, now),
  );
}

async function digestOf(tx: StoreTransaction, orgId: string, asked: AskedImage): Promise<string> {
  return (await getPushedImage(tx, orgId, asked)).digest;
}

async function make(
  parts: GateParts,
  org: OrgScope,
  asked: AskedGate & { readonly digest: string },
  now: Date,
): Promise<Decided> {
  const { store, queue, databaseAgeHoursMax: ageHoursMax } = parts;
  const { decided, environment } = await inOrg(
    store,
    org.id,
    async (tx) => {
      const environment = await getEnvironment(tx, org.id, asked.environment);
      const found = await getPushedImage(tx, org.id, asked);
      return { environment, decided: await decide(tx, { org, environment, now, ageHoursMax }, found) };
    },
    snapshot,
  );
  const { isOutdated, unforeseen } = decided;
  if (isOutdated || unforeseen.length > 0) {
    await inOrg(store, org.id, async (tx) => {
      if (isOutdated) await requestOutdated(tx, queue, org.id, { pushedDigest: asked.digest });
      const jobs = unforeseen.map((image) => ({
        kind: "foresee" as const,
        key: `${org.id}/${image}/${environment?.id ?? ""}`,
        payload: { org: org.id, image, environment: environment?.id ?? "" },
      }));
      await queue.send(tx, jobs);
    });
  }
  return decided;
}

/** @throws PlimsollError NOT_FOUND */
async function getEnvironment(
  tx: StoreTransaction,
  orgId: string,
  name: string | undefined,
): Promise<AskedEnvironment | null> {
  if (name === undefined) return null;
  const id = await findEnvironmentByName(tx, orgId, name);
  if (id !== null) return { id, name };
  throw new PlimsollError("NOT_FOUND", "There is no such environment.");
}

const snapshot = { readOnly: true } as const;
