/** Alive and ready are two things: a server without its database lives, and is not ready. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startTestServer, type TestServer } from "../../../test/helpers/server.ts";
import { createApp } from "../app.ts";
import { healthRoutes } from "./health.ts";

let server: TestServer;
before(async () => {
  server = await startTestServer();
});
after(() => server.close());

async function statusOf(path: string, parts: Partial<TestServer["parts"]> = {}): Promise<number> {
  const app = createApp({ ...server.parts, ...parts }, healthRoutes, {
    webDir: null,
    checkAnswers: true,
    log: () => {},
  });
  return (await app.request(`http://127.0.0.1${path}`)).status;
}

/** A store whose database went away. */
const gone = {
  store: {
    get app(): never {
      throw new Error("Connection terminated unexpectedly");
    },
  },
} as unknown as Partial<TestServer["parts"]>;
const ending = { signal: AbortSignal.abort() };

describe("health", () => {
  const rows: readonly (readonly [path: string, good: number, gone: number, ending: number])[] = [
    ["/livez", 200, 200, 200],
    ["/api/v1/health/live", 200, 200, 200],
    ["/readyz", 200, 503, 503],
    ["/api/v1/health/ready", 200, 503, 503],
  ];
  for (const [path, ...expected] of rows) {
    it(`${path}: ${expected.join(", ")} with its database, without, at its end`, async () => {
      assert.deepEqual(
        [await statusOf(path), await statusOf(path, gone), await statusOf(path, ending)],
        expected,
      );
    });
  }

  it("tells nobody why", async () => {
    const app = createApp({ ...server.parts, ...gone }, healthRoutes, { webDir: null, log: () => {} });
    const text = await (await app.request("http://127.0.0.1/readyz")).text();
    assert.match(text, /STORE_UNREACHABLE/);
    assert.ok(!text.includes("terminated"));
  });
});
