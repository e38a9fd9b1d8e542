/** Events, notices and deliveries, written by the server's role inside an organisation, and evaluations asked for. */
import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { after, describe, it } from "node:test";
import { freshDatabase, type TestDatabase } from "../../../test/helpers/postgres.ts";
import { asEngine, inOrg, outsideOrg } from "../in-org.ts";
import type { NewJob } from "../job-kinds.ts";
import { insertAccount } from "./accounts.ts";
import { requestEvaluations } from "./evaluation-requests.ts";
import { recordEvent, type EventRecord } from "./events.ts";
import { openImages } from "./images.ts";
import { insertOrganisation } from "./organisations.ts";

let shared: Promise<TestDatabase> | null = null;
const open = (): Promise<TestDatabase> => (shared ??= freshDatabase());
after(async () => (await shared)?.close());

function collect(): { readonly jobs: NewJob[]; readonly queue: Parameters<typeof recordEvent>[1] } {
  const jobs: NewJob[] = [];
  return {
    jobs,
    queue: { send: (_tx, sent) => (jobs.push(...sent), Promise.resolve(sent.map(() => null))) },
  };
}

async function organisation(
  { store }: TestDatabase,
  members: number,
): Promise<{ id: string; accounts: string[] }> {
  const id = randomUUID();
  await outsideOrg(store, (tx) => insertOrganisation(tx, { id, name: `o${id.slice(0, 8)}` }));
  const accounts: string[] = [];
  for (let at = 0; at < members; at += 1) {
    const name = randomBytes(6).toString("hex");
    const account = { name, displayName: name, passwordHash: null, isAdministrator: false };
    const accountId = (await outsideOrg(store, (tx) => insertAccount(tx, account))) ?? "";
    await inOrg(store, id, (tx) =>
      tx.insertInto("member").values({ org_id: id, account_id: accountId, role: "viewer" }).execute(),
    );
    accounts.push(accountId);
  }
  return { id, accounts };
}

describe("an event", () => {
  const kinds: readonly (readonly [kind: EventRecord["kind"], notices: number])[] = [
    ["exception.requested", 2],
    ["image.analysed", 0],
  ];
  for (const [kind, count] of kinds) {
    it(`${kind} gives ${count} notices: none to the one who did it, none to other organisations`, async () => {
      const database = await open();
      const { id: orgId, accounts } = await organisation(database, 3);
      await organisation(database, 2);
      const { queue } = collect();
      const actor = { id: accounts[0] ?? "", name: "Ada" };
      const event = { orgId, kind, title: "t", actor, onceKey: "once" };
      const eventId = await inOrg(database.store, orgId, (tx) => recordEvent(tx, queue, event));
      assert.ok(eventId !== null);
      const rows = await asEngine(database.store, (tx) =>
        tx.selectFrom("notice").where("event_id", "=", eventId).select(["org_id", "account_id"]).execute(),
      );
      const expected = accounts.slice(1).map((account_id) => ({ org_id: orgId, account_id }));
      assert.deepEqual(
        rows.toSorted((a, b) => (a.account_id < b.account_id ? -1 : 1)),
        count === 0 ? [] : expected.toSorted((a, b) => (a.account_id < b.account_id ? -1 : 1)),
      );
    });
  }

  it("that happens again is none, with no second delivery", async () => {
    const database = await open();
    const { id: orgId } = await organisation(database, 1);
    const { jobs, queue } = collect();
    await inOrg(database.store, orgId, (tx) =>
      tx
        .insertInto("webhook")
        .values({ org_id: orgId, name: "w", url: "https://example.com", secret_sealed: randomBytes(8) })
        .execute(),
    );
    const event = { orgId, kind: "image.failed", title: "t", actor: null, onceKey: "k" } as const;
    const first = await inOrg(database.store, orgId, (tx) => recordEvent(tx, queue, event));
    const second = await inOrg(database.store, orgId, (tx) => recordEvent(tx, queue, event));
    assert.deepEqual([typeof first, second], ["number", null]);
    assert.deepEqual(
      jobs.map(({ kind, payload }) => [kind, payload["org"], payload["event"]]),
      [["deliver", orgId, first]],
    );
  });
});

describe("evaluations", () => {
  it("are asked for once an image, and only of images that are there", async () => {
    const database = await open();
    const { id: orgId } = await organisation(database, 0);
    const { jobs, queue } = collect();
    const images = await asEngine(database.store, (tx) =>
      openImages(tx, orgId, [
        { digest: `sha256:${"b".repeat(64)}`, platform: null },
        { digest: `sha256:${"a".repeat(64)}`, platform: "linux/amd64" },
      ]),
    );
    assert.deepEqual(
      images.map(({ digest, state }) => [digest[7], state]),
      [
        ["b", "queued"],
        ["a", "queued"],
      ],
    );
    const ids = images.map(({ id }) => id);
    const count = await inOrg(database.store, orgId, (tx) =>
      requestEvaluations(tx, queue, orgId, { images: [...ids, ...ids] }),
    );
    assert.equal(count, 2);
    assert.deepEqual(
      jobs.map(({ key }) => key),
      ids.map((id) => `${orgId}/${id}`),
    );
    // Nothing is analysed, so nothing counts.
    assert.equal(
      await inOrg(database.store, orgId, (tx) => requestEvaluations(tx, queue, orgId, { counting: true })),
      0,
    );
  });
});
