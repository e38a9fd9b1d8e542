/** The watch of an organisation: what becomes out of date when, with a stream and timers of our own. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { POLL_MS, QUIET_MS, watchOrganisation, type LiveState, type WatchParts } from "./events.ts";
import { nouns, nounsTouchedBy } from "./keys.ts";

interface Timer {
  readonly run: () => void;
  readonly ms: number;
}

function watch() {
  const timers = new Set<Timer>();
  const streams: { address: string; closed: boolean; tell: Record<string, (event: never) => void> }[] = [];
  const states: LiveState[] = [];
  const stale: string[][] = [];
  const parts: WatchParts = {
    open: (address) => {
      const stream = { address, closed: false, tell: {} as Record<string, (event: never) => void> };
      streams.push(stream);
      return {
        addEventListener: (name: string, listener: (event: never) => void) => {
          stream.tell[name] = listener;
        },
        close: () => {
          stream.closed = true;
        },
      };
    },
    setTimer: (run, ms) => {
      const timer = { run, ms };
      timers.add(timer);
      return timer;
    },
    clearTimer: (timer) => timers.delete(timer as Timer),
  };
  const told = {
    onStale: (names: readonly string[]) => stale.push([...names]),
    onState: (state: LiveState) => states.push(state),
  };
  const end = watchOrganisation("acme", told, parts);
  return {
    streams,
    states,
    stale,
    timers,
    end,
    /** Lets the timers of this length end. */
    pass(ms: number): void {
      for (const timer of [...timers].filter((each) => each.ms === ms)) {
        timers.delete(timer);
        timer.run();
      }
    },
    tell(name: string, event: unknown = {}): void {
      streams.at(-1)!.tell[name]!(event as never);
    },
  };
}

test("messages within a moment are told once, as what they make out of date", () => {
  const { streams, states, stale, tell, pass } = watch();
  assert.equal(streams[0]!.address, "/api/v1/orgs/acme/stream");
  tell("open");
  tell("message", { data: '{"id":1,"kind":"exception.approved"}' });
  tell("message", { data: '{"id":2,"kind":"database.updated"}' });
  assert.deepEqual(stale, []);
  pass(QUIET_MS);
  assert.equal(stale.length, 1);
  assert.deepEqual(
    [...stale[0]!].sort(),
    [...new Set([...nounsTouchedBy("exception.approved"), ...nounsTouchedBy("database.updated")])].sort(),
  );
  assert.deepEqual(states, ["connecting", "live"]);
});

test("a message that cannot be read makes everything out of date", () => {
  for (const data of ["", "{", "null", '{"id":1}', '{"kind":5}']) {
    const { stale, tell, pass } = watch();
    tell("open");
    tell("message", { data });
    pass(QUIET_MS);
    assert.deepEqual(stale, [[...nouns]], data);
  }
});

test("a lost stream is opened again, later each time, and what happened in the gap is asked for", () => {
  const { streams, states, stale, tell, pass } = watch();
  tell("open");
  tell("error");
  assert.equal(streams[0]!.closed, true);
  pass(1_000);
  assert.equal(streams.length, 2);
  tell("open");
  pass(QUIET_MS);
  assert.deepEqual(stale, [[...nouns]]);
  assert.deepEqual(states, ["connecting", "live", "connecting", "live"]);
});

test("a stream that stays away is replaced by asking at intervals, until it is back", () => {
  const { states, stale, timers, tell, pass } = watch();
  tell("error");
  pass(1_000);
  tell("error");
  assert.equal(states.at(-1), "polling");
  for (let times = 0; times < 3; times += 1) {
    pass(POLL_MS);
    pass(QUIET_MS);
  }
  assert.equal(stale.length, 3);
  pass(2_000);
  tell("open");
  assert.equal(states.at(-1), "live");
  assert.equal(
    [...timers].some(({ ms }) => ms === POLL_MS),
    false,
  );
});

test("waiting between attempts ends at half a minute", () => {
  const { streams, timers, tell, pass } = watch();
  for (let times = 0; times < 8; times += 1) {
    tell("error");
    const wait = Math.max(...[...timers].filter(({ ms }) => ms !== POLL_MS).map(({ ms }) => ms));
    assert.ok(wait <= 30_000, String(wait));
    pass(wait);
  }
  assert.equal(streams.length, 9);
});

test("after its end nothing is left", () => {
  const { streams, timers, end, tell } = watch();
  tell("open");
  tell("message", { data: '{"id":1,"kind":"policy.changed"}' });
  end();
  assert.equal(streams[0]!.closed, true);
  assert.equal(timers.size, 0);
  tell("error");
  assert.equal(timers.size, 0);
});
