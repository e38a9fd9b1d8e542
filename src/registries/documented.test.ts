/** Each product's notifications as its documentation shows them (`documented.json` of its folder), and what they are read as. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { PlimsollError } from "../domain/error.ts";
import { readNotification, registryKinds } from "./kinds.ts";
import type { NotificationReading, ProductSettings } from "./types.ts";

interface Documented {
  readonly name: string;
  readonly source: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly settings?: ProductSettings;
  readonly body: unknown;
  readonly pushes: readonly unknown[];
  readonly ignored: number;
  readonly validationResponse?: string;
}

function documentedOf(kindId: string): readonly Documented[] {
  const file = join(import.meta.dirname, kindId, "documented.json");
  return JSON.parse(readFileSync(file, "utf8")) as Documented[];
}

function read(kindId: string, { contentType, headers, settings, body }: Documented): NotificationReading {
  return readNotification(kindId, {
    contentType: contentType ?? "application/json; charset=utf-8",
    body,
    header: (name) => headers?.[name] ?? null,
    ...(settings === undefined ? {} : { settings }),
  });
}

for (const { id, notificationMediaTypes } of registryKinds) {
  describe(`notifications of ${id}`, () => {
    for (const row of documentedOf(id)) {
      test(row.name, () => {
        const { pushes, ignored, problems, validationResponse } = read(id, row);
        const told = pushes.map(({ id: pushId, at, ...push }) => {
          assert.match(pushId, /^[0-9a-f]{64}$/);
          return { ...push, at: at?.toISOString() ?? null };
        });
        assert.deepEqual(told, row.pushes);
        assert.deepEqual([ignored, problems], [row.ignored, []]);
        assert.equal(validationResponse, row.validationResponse);
        assert.match(row.source, /^https:\/\//);
        // Delivered again, it is the same push.
        assert.deepEqual(read(id, row), read(id, row));
      });
    }

    test("what is none of it is refused with a code", () => {
      for (const body of [
        null,
        1,
        "x",
        [],
        {},
        { events: 1 },
        [{ eventType: 1 }],
        { message: { data: "!" } },
      ]) {
        assert.throws(
          () => readNotification(id, { contentType: notificationMediaTypes[0] ?? "", body }),
          (error) => error instanceof PlimsollError && error.code === "NOTIFICATION_INVALID",
          JSON.stringify(body),
        );
      }
      assert.throws(
        () => readNotification(id, { contentType: "text/html", body: {} }),
        (error) => error instanceof PlimsollError && error.code === "NOTIFICATION_INVALID",
      );
    });

    test("a repository, tag or digest that is none is a problem, not an error", () => {
      const [first] = documentedOf(id);
      assert.ok(first);
      const [push] = first.pushes as { repository: string }[];
      assert.ok(push);
      const last = push.repository.split("/").at(-1) ?? "";
      const spoilt = JSON.parse(JSON.stringify({ ...first, body: spoil(first.body, last) })) as Documented;
      const { pushes, ignored, problems } = read(id, spoilt);
      assert.deepEqual([pushes, ignored, problems.length], [[], 1, 1]);
      assert.doesNotMatch(problems[0] ?? "", /[\u0000-\u001f]/);
    });
  });
}

/** The same with a control character in each text that ends with the repository's name. */
function spoil(value: unknown, last: string): unknown {
  if (typeof value === "string") {
    const inner = value.length > 40 ? tryDecode(value) : null;
    if (inner !== null) return Buffer.from(JSON.stringify(spoil(inner, last))).toString("base64");
    return value.replaceAll(last, `${last}\u001b`);
  }
  if (Array.isArray(value)) return value.map((each) => spoil(each, last));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spoil(each, last)]));
}

function tryDecode(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64").toString("utf8"));
  } catch {
    return null;
  }
}
