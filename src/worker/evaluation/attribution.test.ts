/**
 * A generated portfolio in which one thing is changed at a time: every verdict that turns names that thing as its cause and nothing
 * else, every verdict that does not turn stays as it is, and each of them can be made once more with the same bytes. One long story,
 * because each change stands on the ones before.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { buildImage, type BuiltImage } from "../../../test/helpers/oci-image.ts";
import {
  eventsOf,
  npmLayer,
  osvRecord,
  startTestWorker,
  type TestWorker,
} from "../../../test/helpers/worker.ts";
import { engineId } from "../../analysis/engine-id.ts";
import { asEngine, inOrg, outsideOrg } from "../../store/in-org.ts";
import { insertAccount } from "../../store/stores/accounts.ts";
import { requestEvaluations } from "../../store/stores/evaluation-requests.ts";
import { decideException, insertException } from "../../store/stores/exceptions.ts";
import { compressDocument, expandDocument } from "../../store/stores/image-documents.ts";
import { digestOfPart } from "../../store/stores/kept-evaluations.ts";
import { changePolicy, lockPolicy } from "../../store/stores/policies.ts";
import { replayVerdict } from "./replay-verdict.ts";

const IMAGES = 6;
const DAY = 86_400_000;
/** Not at midnight, when a day begins and everything that counts is judged anyway. */
const PUBLISHED = "2026-11-20T09:30:00Z";
const OLD_ENGINE = "0.0.9/0000000000000000";

let worker: TestWorker;
let policies: Readonly<Record<"critical" | "low" | "base", string>>;
const names = Array.from({ length: IMAGES }, (_, at) => `acme/app-${at}`);

/** Image `at` has the base's layer, a library that it shares with every second one, and one of its own. */
const built = (at: number, label = ""): BuiltImage =>
  buildImage({
    layers: [npmLayer("base@1.0.0"), npmLayer(`pair-${at % 2}@1.0.0`, `own-${at}@1.0.0`)],
    config: { User: "1000", Labels: { label } },
    created: "2026-11-01T00:00:00Z",
  });
const base = (version: string): BuiltImage => buildImage({ layers: [npmLayer(`base@${version}`)] });

before(async () => {
  worker = await startTestWorker();
  const severity = (title: string, config: object): Promise<string> =>
    worker.addPolicy({ type: "severity", title, config: { fixable_only: true, ...config } });
  policies = {
    critical: await severity("Nothing critical", { severities: ["CRITICAL"] }),
    low: await severity("Nothing low for long", { severities: ["LOW"], grace_period_days: 30 }),
    base: await worker.addPolicy({ type: "up-to-date-base", title: "Up to date" }),
  };
  await worker.publish(RECORDS.slice(0, 1));
  await worker.push(base("1.0.0"), "acme/base:1");
  await worker.work();
  for (const [at, name] of names.entries()) await worker.push(built(at), `${name}:1`);
  await worker.work();
});
after(() => worker.close());

const RECORDS = [
  osvRecord("CVE-2026-1", "pair-0", "1.0.1"),
  osvRecord("CVE-2026-2", "own-3", "1.0.1"),
  { ...osvRecord("CVE-2026-3", "own-5", "1.0.1", "LOW"), published: PUBLISHED },
];

interface Verdict {
  readonly id: string;
  readonly status: string;
  readonly kinds: readonly string[];
  readonly causes: readonly { readonly kind: string; readonly text: string }[];
}

/** The newest verdict of each application. */
async function verdicts(): Promise<ReadonlyMap<string, Verdict>> {
  const rows = await worker.database.store.engine
    .selectFrom("evaluation")
    .innerJoin("image", "image.evaluation_id", "evaluation.id")
    .select(["image.digest", "evaluation.id", "evaluation.status", "evaluation.causes"])
    .execute();
  const byDigest = new Map(rows.map((row) => [row.digest, row]));
  return new Map(
    names.map((name, at) => {
      const row = byDigest.get(built(at).manifestDigest);
      assert.ok(row, name);
      return [name, { ...row, kinds: row.causes.map(({ kind }) => kind) }];
    }),
  );
}

/** Does `change`, and tells the new verdicts by the number of their image. */
async function changed(change: () => Promise<unknown>): Promise<Readonly<Record<number, Verdict>>> {
  const old = await verdicts();
  await change();
  await worker.work();
  const current = await verdicts();
  const found: Record<number, Verdict> = {};
  for (const [at, name] of names.entries()) {
    const verdict = current.get(name)!;
    if (verdict.id !== old.get(name)!.id) found[at] = verdict;
  }
  return found;
}

function assertCauses(
  found: Readonly<Record<number, Verdict>>,
  expected: Readonly<Record<number, readonly [status: string, kind: string]>>,
): void {
  const told = Object.entries(found).map(([at, { status, kinds }]) => [at, [status, ...kinds]]);
  assert.deepEqual(Object.fromEntries(told), expected, JSON.stringify(found));
}

const imageId = async (at: number): Promise<string> => {
  const { digest, id } = await worker.database.store.engine
    .selectFrom("image")
    .select(["id", "digest"])
    .where("digest", "=", built(at).manifestDigest)
    .executeTakeFirstOrThrow();
  assert.ok(digest);
  return id;
};

const evaluate = async (at: number): Promise<void> =>
  worker.run("evaluate", { org: worker.org.id, image: await imageId(at) });

async function exceptUntil(expiresAt: Date): Promise<void> {
  const { store } = worker.database;
  const [dev, sec] = await Promise.all(
    ["dev", "sec"].map(async (name) => {
      const account = { name, displayName: name, passwordHash: null, isAdministrator: false };
      return { id: (await outsideOrg(store, (tx) => insertAccount(tx, account)))!, name };
    }),
  );
  await inOrg(store, worker.org.id, async (tx) => {
    const asked = {
      vulnerability: "CVE-2026-2",
      kind: "accepted_risk",
      justification: null,
      expiresAt,
    } as const;
    const scope = { repository: null, digest: null, purl: null };
    const { id } = await insertException(tx, worker.org.id, { ...asked, reason: "r", scope }, dev!);
    await decideException(tx, worker.org.id, id, { state: "approved", by: sec!, note: "", now: worker.now });
    await requestEvaluations(tx, worker.context.queue, worker.org.id, { vulnerability: "CVE-2026-2" });
  });
}

/** As if another program had made the newest verdict of the image, and had said that its first policy is not met. */
async function rewriteHistory(at: number): Promise<void> {
  const id = await imageId(at);
  await asEngine(worker.database.store, async (tx) => {
    const { evaluation_id: evaluation } = await tx
      .selectFrom("image")
      .select("evaluation_id")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    const kept = await tx
      .selectFrom("kept_evaluation")
      .selectAll()
      .where("evaluation_id", "=", evaluation!)
      .executeTakeFirstOrThrow();
    const manifest = JSON.parse((await expandDocument(kept.body)).toString("utf8"));
    const part = await tx
      .selectFrom("kept_part")
      .select("body")
      .where("digest", "=", manifest.verdict)
      .executeTakeFirstOrThrow();
    const said = JSON.parse((await expandDocument(part.body)).toString("utf8"));
    const result = said.verdict.results.find(({ policy }: { policy: string }) => policy === policies.base);
    Object.assign(result, { status: "not_met" });
    said.verdict.status = "not_met";
    const body = await compressDocument(Buffer.from(JSON.stringify(said)));
    const digest = digestOfPart(body);
    await tx.insertInto("kept_part").values({ org_id: worker.org.id, digest, body }).execute();
    await tx
      .updateTable("kept_evaluation")
      .set({
        engine: OLD_ENGINE,
        body: await compressDocument(Buffer.from(JSON.stringify({ ...manifest, verdict: digest }))),
        parts: [...kept.parts, digest],
      })
      .where("evaluation_id", "=", evaluation!)
      .execute();
    const { inputs } = await tx
      .selectFrom("evaluation")
      .select("inputs")
      .where("id", "=", evaluation!)
      .executeTakeFirstOrThrow();
    await tx
      .updateTable("evaluation")
      .set({ status: "not_met", inputs: JSON.stringify({ ...inputs, engine: OLD_ENGINE }) })
      .where("id", "=", evaluation!)
      .execute();
    await tx
      .updateTable("policy_result")
      .set({ status: "not_met" })
      .where("evaluation_id", "=", evaluation!)
      .where("policy_id", "=", policies.base)
      .execute();
  });
}

/** As if another program had compared a package and found nothing, with the database of now. */
async function forgetFinding(name: string): Promise<void> {
  await asEngine(worker.database.store, async (tx) => {
    const pkg = await tx
      .selectFrom("package")
      .select(["id", "matched_with"])
      .where("name", "=", name)
      .executeTakeFirstOrThrow();
    const [database] = pkg.matched_with!.split("/");
    await tx.deleteFrom("finding").where("package_id", "=", pkg.id).execute();
    await tx
      .updateTable("package")
      .set({ matched_with: `${database}/0000000000000000`, advisory_digest: "sha256:other" })
      .where("id", "=", pkg.id)
      .execute();
  });
}

describe("one change at a time", () => {
  it("a push: judged for the first time", async () => {
    const all = [...(await verdicts()).values()];
    assert.deepEqual([...new Set(all.flatMap(({ kinds }) => kinds))], ["first"]);
    assert.deepEqual(
      all.map(({ status }) => status),
      names.map((_name, at) => (at % 2 === 0 ? "not_met" : "met")),
    );
  });

  it("an advisory", async () => {
    const found = await changed(() => worker.publish(RECORDS));
    assertCauses(found, { 3: ["not_met", "advisory"], 5: ["met", "advisory"] });
  });

  it("an exception, and its end at its time", async () => {
    const end = new Date(worker.now.getTime() + DAY);
    assertCauses(await changed(() => exceptUntil(end)), { 3: ["met", "exception"] });
    await worker.run("expire", {});
    worker.now = new Date(end.getTime() - 1000);
    assertCauses(await changed(() => worker.run("expire", {})), {});
    worker.now = new Date(end.getTime());
    const ended = await changed(() => worker.run("expire", {}));
    assertCauses(ended, { 3: ["not_met", "exception"] });
    assert.equal(JSON.parse(JSON.stringify(ended[3]!.causes[0])).change, "expired");
  });

  it("a policy", async () => {
    const found = await changed(() =>
      inOrg(worker.database.store, worker.org.id, async (tx) => {
        const known = await lockPolicy(tx, worker.org.id, policies.critical);
        const content = { ...known!, config: { severities: ["HIGH"], fixable_only: true } };
        await changePolicy(tx, worker.org.id, { id: policies.critical, version: 1 }, content, "test");
        await requestEvaluations(tx, worker.context.queue, worker.org.id, { counting: true });
      }),
    );
    assertCauses(found, Object.fromEntries(names.map((_name, at) => [at, ["met", "policy"] as const])));
  });

  it("the tag of the base image", async () => {
    const found = await changed(() => worker.push(base("2.0.0"), "acme/base:1"));
    assertCauses(found, Object.fromEntries(names.map((_name, at) => [at, ["not_met", "base"] as const])));
    const back = await changed(() => worker.push(base("1.0.0"), "acme/base:1"));
    assertCauses(back, Object.fromEntries(names.map((_name, at) => [at, ["met", "base"] as const])));
  });

  it("the program that judges", async () => {
    await rewriteHistory(1);
    const found = await changed(() => evaluate(1));
    assertCauses(found, { 1: ["met", "engine"] });
    const [cause] = JSON.parse(JSON.stringify(found[1]!.causes));
    assert.deepEqual([cause.from, cause.to], [OLD_ENGINE, engineId()]);
    assert.match(cause.text, /“Up to date” is met, and was not met$/);
  });

  it("the program that compares", async () => {
    await forgetFinding("own-3");
    await evaluate(3);
    const found = await changed(() => worker.run("advisories", {}));
    assertCauses(found, { 3: ["met", "engine"] });
    assert.match(found[3]!.causes[0]!.text, /compares otherwise with the same advisories: CVE-2026-2$/);
  });

  it("a grace period, at its time and not a day later", async () => {
    const end = Date.parse(PUBLISHED) + 30 * DAY;
    worker.now = new Date(end - 60_000);
    await worker.run("expire", {});
    await worker.work();
    assertCauses(await changed(() => worker.run("expire", {})), {});
    worker.now = new Date(end + 1000);
    const found = await changed(() => worker.run("expire", {}));
    assertCauses(found, { 5: ["not_met", "time"] });
    assert.match((await eventsOf(worker, "verdict.changed")).at(-1) ?? "", /acme\/app-5:1 no longer meets/);
  });

  it("another image under the tag: judged for the first time, and the one before keeps its verdict", async () => {
    const next = built(0, "rebuilt");
    assertCauses(await changed(() => worker.push(next, `${names[0]}:1`)), {});
    const { causes } = await worker.database.store.engine
      .selectFrom("evaluation")
      .innerJoin("image", "image.evaluation_id", "evaluation.id")
      .select("evaluation.causes")
      .where("image.digest", "=", next.manifestDigest)
      .executeTakeFirstOrThrow();
    assert.deepEqual(
      causes.map(({ kind }) => kind),
      ["first"],
    );
  });

  it("every verdict of the story can be made once more, with the same bytes but for the one of another program", async () => {
    const rows = await worker.database.store.engine
      .selectFrom("kept_evaluation")
      .select(["evaluation_id as id", "engine"])
      .execute();
    assert.ok(rows.length > 25, `${rows.length} verdicts`);
    for (const { id, engine } of rows) {
      const { isSame, differences } = await replayVerdict(worker.context, worker.org.id, id);
      assert.equal(isSame, engine !== OLD_ENGINE, JSON.stringify(differences));
    }
  });
});
