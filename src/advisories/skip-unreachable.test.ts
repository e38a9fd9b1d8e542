import assert from "node:assert/strict";
import { test } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import type { HttpRequest, HttpResponse } from "../io/http.ts";
import { isSkipped, skipUnreachable } from "./skip-unreachable.ts";

/** A client that fails every request with `reason`, as if at `failingOrigin`. */
function broken(reason: string, failingOrigin: string | null = null) {
  const asked: string[] = [];
  const http = (request: HttpRequest): Promise<HttpResponse> => {
    asked.push(request.url);
    const url = failingOrigin ?? request.url;
    return Promise.reject(new PlimsollError("HTTP_FAILED", "no", { details: { url, status: null, reason } }));
  };
  return { asked, http: skipUnreachable(http) };
}

async function failures(
  http: ReturnType<typeof broken>["http"],
  urls: readonly string[],
): Promise<boolean[]> {
  const skipped: boolean[] = [];
  for (const url of urls) {
    await assert.rejects(http({ url }), (error) => {
      assert.ok(error instanceof PlimsollError && error.code === "HTTP_FAILED");
      skipped.push(isSkipped(error));
      return true;
    });
  }
  return skipped;
}

const urls = ["https://a.example/1", "https://a.example/2", "https://b.example/1"];

test("a host that cannot be reached is asked once", async () => {
  const { asked, http } = broken("ENOTFOUND");
  assert.deepEqual(await failures(http, urls), [false, true, false]);
  assert.deepEqual(asked, [urls[0], urls[2]]);
});

test("a failure of one address says nothing about the next", async () => {
  const { asked, http } = broken("UND_ERR_BODY_TIMEOUT");
  assert.deepEqual(await failures(http, urls), [false, false, false]);
  assert.equal(asked.length, 3);
});

test("a redirect to a host that cannot be reached says nothing about the one that redirected", async () => {
  const { http } = broken("ECONNREFUSED", "https://elsewhere.example/x");
  assert.deepEqual(await failures(http, urls), [false, false, false]);
});
