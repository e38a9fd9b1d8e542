/** COPY in both directions: blocks, rows longer than a block, and failures of either side. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type pg from "pg";
import { sharedPostgres } from "../../../test/helpers/postgres.ts";
import { withClient } from "../connect.ts";
import type { StoreConnection } from "../connection.ts";
import { BLOCK_BYTES, copyIn, copyOut } from "./copy-stream.ts";

let database: { readonly name: string; readonly connection: StoreConnection };

const connected = (work: (client: pg.Client) => Promise<void>): Promise<void> =>
  withClient(database.connection, "owner", work);

async function* blocksOf(...texts: readonly string[]): AsyncGenerator<Buffer> {
  for (const text of texts) yield Buffer.from(text);
}

describe("copy streams", () => {
  before(async () => {
    database = await (await sharedPostgres()).makeEmptyDatabase();
  });
  after(async () => (await sharedPostgres()).dropDatabase(database.name));

  it("hand on every byte in blocks of their size, in order", async () => {
    await connected(async (client) => {
      const blocks: Buffer[] = [];
      const rows = await copyOut(
        client,
        "copy (select n, repeat('x', 1000) from generate_series(1, 2000) n union all select 0, repeat('y', 700000)) to stdout",
        async (block) => {
          await new Promise((done) => setImmediate(done));
          blocks.push(Buffer.from(block));
        },
      );
      const lines = Buffer.concat(blocks).toString("latin1").split("\n");
      assert.equal(rows, 2001);
      assert.deepEqual(
        lines.slice(0, 2000).map((line) => Number(line.split("\t")[0])),
        Array.from({ length: 2000 }, (_, index) => index + 1),
      );
      assert.equal(lines[2000], `0\t${"y".repeat(700_000)}`);
      assert.ok(blocks.length > 5 && blocks.every(({ length }) => length <= BLOCK_BYTES));
    });
  });

  it("write what comes in, wherever the blocks end", async () => {
    await connected(async (client) => {
      await client.query("create temporary table t (n integer, text text)");
      const long = "z".repeat(3_000_000);
      assert.equal(await copyIn(client, "copy t from stdin", blocksOf("1\ton", "e\n2\t", long, "\n")), 2);
      const { rows } = await client.query("select n, length(text) as length from t order by n");
      assert.deepEqual(rows, [
        { n: 1, length: 3 },
        { n: 2, length: 3_000_000 },
      ]);
    });
  });

  it("fail with what the database says, and the connection goes on", async () => {
    await connected(async (client) => {
      await client.query("create temporary table t (n integer)");
      await assert.rejects(copyIn(client, "copy t from stdin", blocksOf("1\n", "two\n", "3\n")), {
        code: "22P02",
      });
      await assert.rejects(copyIn(client, "copy nowhere from stdin", blocksOf("1\n")), { code: "42P01" });
      await assert.rejects(
        copyOut(client, "copy nowhere to stdout", async () => {}),
        { code: "42P01" },
      );
      assert.deepEqual((await client.query("select count(*) as count from t")).rows, [{ count: 0 }]);
    });
  });

  it("keep nothing when the source fails", async () => {
    await connected(async (client) => {
      await client.query("create temporary table t (n integer)");
      const failing = async function* (): AsyncGenerator<Buffer> {
        yield Buffer.from("1\n");
        throw new Error("the disk is gone");
      };
      await assert.rejects(copyIn(client, "copy t from stdin", failing()), { message: "the disk is gone" });
      assert.deepEqual((await client.query("select count(*) as count from t")).rows, [{ count: 0 }]);
    });
  });

  it("end with the taker's error", async () => {
    await assert.rejects(
      connected(async (client) => {
        await copyOut(
          client,
          "copy (select repeat('x', 1000) from generate_series(1, 5000)) to stdout",
          async () => {
            throw new Error("the disk is full");
          },
        );
      }),
      { message: "the disk is full" },
    );
  });
});
