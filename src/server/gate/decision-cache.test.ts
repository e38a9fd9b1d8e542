/** What the gate remembers: one decision for many who ask, and none that something has changed under. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventTold, ImagesChanged } from "../../store/event-feed.ts";
import type { Decided } from "./decide.ts";
import { cacheLimits, createDecisionCache, type CacheLimits, type GateQuestion } from "./decision-cache.ts";

const now = new Date("2026-11-22T12:00:00Z");
const later = (ms: number): Date => new Date(now.getTime() + ms);
const question: GateQuestion = {
  orgId: "acme",
  repository: "r.example.com/app",
  digest: "sha256:1",
  environment: null,
};

function decided(change: Partial<Decided> & { readonly pass?: boolean } = {}): Decided {
  const { pass = true, ...facts } = change;
  const evidence = {
    evaluatedAt: null,
    databaseUpdatedAt: null,
    databaseDigest: null,
    policyDigest: "sha256:0",
  };
  const answer = {
    causes: [],
    repository: "",
    digest: "",
    environment: null,
    evidence,
    demonstration: false,
    path: "",
  };
  return {
    answer: { ...answer, pass },
    images: ["image-1"],
    goodUntil: Infinity,
    isOutdated: false,
    unforeseen: [],
    ...facts,
  };
}

/** A cache, and the feed that it listens to. */
function makeCache(limits: Partial<CacheLimits> = {}) {
  const watchers = new Map<string, (told: EventTold | ImagesChanged) => void>();
  const feed = {
    isBroken: false,
    watchImages: async (orgId: string, watcher: (told: EventTold | ImagesChanged) => void) => {
      if (feed.isBroken) throw new Error("no database");
      watchers.set(orgId, watcher);
      return () => {};
    },
  };
  const cache = createDecisionCache(feed, { ...cacheLimits, ...limits });
  const ask = (what: Partial<GateQuestion> = {}, at = now, made = decided()): Promise<Decided> =>
    cache.decide({ ...question, ...what }, at, async () => made);
  const changed = (what: Partial<ImagesChanged> = {}, orgId = "acme"): void =>
    watchers.get(orgId)?.({ kind: "images-changed", image: null, digest: null, ...what });
  return {
    cache,
    ask,
    changed,
    feed,
    tell: (told: EventTold, orgId = "acme") => watchers.get(orgId)?.(told),
  };
}

test("15,000 who ask for one digest, at once and one after the other, cost one decision", async () => {
  const { cache } = makeCache();
  const gate = Promise.withResolvers<Decided>();
  const together = Array.from({ length: 10_000 }, () => cache.decide(question, now, () => gate.promise));
  const one = decided();
  gate.resolve(one);
  const answers = await Promise.all(together);
  for (let round = 0; round < 5_000; round += 1)
    answers.push(await cache.decide(question, later(round), async () => decided()));
  assert.ok(answers.every((answer) => answer === one));
  assert.equal(cache.made(), 1);
});

test("each part of a question makes it another one", async () => {
  const { cache, ask } = makeCache();
  const others = [{}, { orgId: "other" }, { repository: "r.example.com/b" }, { digest: "sha256:2" }];
  for (const other of [...others, { environment: "production" }]) await ask(other);
  assert.equal(cache.made(), 5);
  assert.equal(cache.size(), 5);
});

const changes: readonly (readonly [name: string, told: EventTold | ImagesChanged, isForgotten: boolean])[] = [
  ["its image", { kind: "images-changed", image: "image-1", digest: null }, true],
  ["another image", { kind: "images-changed", image: "image-2", digest: null }, false],
  [
    "what was pushed under its digest",
    { kind: "images-changed", image: "image-2", digest: "sha256:1" },
    true,
  ],
  ["another digest", { kind: "images-changed", image: null, digest: "sha256:2" }, false],
  ["many images", { kind: "images-changed", image: null, digest: null }, true],
  ["a policy", { kind: "event", id: 1, event: "policy.changed" }, true],
  ["an environment", { kind: "event", id: 1, event: "environment.changed" }, true],
  ["nothing that counts", { kind: "event", id: 1, event: "image.pushed" }, false],
  ["nobody knows what", { kind: "gap" }, true],
];
for (const [name, told, isForgotten] of changes) {
  test(`it is ${isForgotten ? "forgotten" : "kept"} when what has changed is ${name}`, async () => {
    const { cache, ask, changed, tell } = makeCache();
    await ask();
    await ask({ orgId: "other" });
    if (told.kind === "images-changed") changed(told);
    else tell(told);
    assert.equal(cache.size(), isForgotten ? 1 : 2);
    await ask({ orgId: "other" });
    await ask();
    assert.equal(cache.made(), isForgotten ? 3 : 2);
  });
}

test("what was read before a change is neither kept nor given to those who ask after it", async () => {
  const { cache, changed } = makeCache();
  const [slow, begun] = [Promise.withResolvers<Decided>(), Promise.withResolvers<void>()];
  const first = cache.decide(question, now, () => {
    begun.resolve();
    return slow.promise;
  });
  await begun.promise;
  changed({ image: "image-1" });
  const fresh = decided({ pass: false });
  const second = cache.decide(question, now, async () => fresh);
  assert.equal(await second, fresh);
  const old = decided();
  slow.resolve(old);
  assert.equal(await first, old);
  assert.equal(await cache.decide(question, now, async () => decided()), fresh);
});

test("what passes is looked at again later than what stops, and neither beyond its time", async () => {
  const { cache, ask } = makeCache({ passMs: 1000, stopMs: 10 });
  await ask({}, now);
  await ask({}, later(999));
  assert.equal(cache.made(), 1);
  await ask({}, later(1000));
  assert.equal(cache.made(), 2);
  await ask({ digest: "sha256:2" }, now, decided({ pass: false }));
  await ask({ digest: "sha256:2" }, later(9));
  assert.equal(cache.made(), 3);
  await ask({ digest: "sha256:2" }, later(10));
  assert.equal(cache.made(), 4);
  await ask({ digest: "sha256:3" }, now, decided({ goodUntil: later(5).getTime() }));
  await ask({ digest: "sha256:3" }, later(4));
  assert.equal(cache.made(), 5);
  await ask({ digest: "sha256:3" }, later(5));
  assert.equal(cache.made(), 6);
  const size = cache.size();
  await ask({ digest: "sha256:4" }, now, decided({ goodUntil: 0 }));
  assert.equal(cache.size(), size);
});

test("it has a ceiling, and the longest unused goes first", async () => {
  const { cache, ask } = makeCache({ entriesMax: 2 });
  await ask({ digest: "sha256:1" });
  await ask({ digest: "sha256:2" });
  await ask({ digest: "sha256:1" });
  await ask({ digest: "sha256:3" });
  assert.equal(cache.size(), 2);
  await ask({ digest: "sha256:1" });
  assert.equal(cache.made(), 3);
  await ask({ digest: "sha256:2" });
  assert.equal(cache.made(), 4);
});

test("nothing is remembered of an error, nor without somebody who tells of changes", async () => {
  const { cache, ask, feed } = makeCache();
  const fails = (): Promise<Decided> =>
    cache.decide(question, now, () => Promise.reject(new Error("unknown")));
  await Promise.all([assert.rejects(fails(), /unknown/), assert.rejects(fails(), /unknown/)]);
  assert.deepEqual([cache.made(), cache.size()], [1, 0]);
  await ask();
  feed.isBroken = true;
  await assert.rejects(ask({ orgId: "other" }), /no database/);
  feed.isBroken = false;
  await ask({ orgId: "other" });
  assert.equal(cache.size(), 2);
});
