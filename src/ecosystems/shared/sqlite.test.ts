/** SQLite's own library makes the databases; what it selects is what must be read. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, describe, it } from "node:test";
import { openSqlite, type SqliteValue } from "./sqlite.ts";

const work = mkdtempSync(join(tmpdir(), "plimsoll-sqlite-"));
after(() => rmSync(work, { recursive: true, force: true }));

/** The bytes of a database and of its log, and what SQLite selects from table `t`. */
function made(name: string, script: string): { bytes: Buffer; wal: Buffer | null; rows: unknown[][] } {
  const path = join(work, name);
  const database = new DatabaseSync(path);
  try {
    database.exec(script);
    const rows = database
      .prepare("SELECT * FROM t")
      .all()
      .map((row) => Object.values(row));
    const isLogged = script.includes("wal");
    return { bytes: readFileSync(path), wal: isLogged ? readFileSync(`${path}-wal`) : null, rows };
  } finally {
    database.close();
  }
}

const plain = (values: readonly SqliteValue[]) =>
  values.map((value) => (value instanceof Uint8Array ? Uint8Array.from(value) : value));

const many = (sizes: string) =>
  `INSERT INTO t SELECT value, 'n' || value, randomblob(${sizes}) FROM (
     WITH RECURSIVE c(value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM c WHERE value < 3000) SELECT value FROM c)`;

const scripts: readonly (readonly [string, string])[] = [
  ["one row", "CREATE TABLE t(a, b, c); INSERT INTO t VALUES (1, 'x', NULL)"],
  ["no row", "CREATE TABLE t(a)"],
  [
    "numbers of every width",
    "CREATE TABLE t(a, b, c, d, e); INSERT INTO t VALUES (0, 1, -1, 300, -70000), (2147483647, 140737488355327, 1.5, -1e300, 99)",
  ],
  ["texts beyond ASCII", "CREATE TABLE t(a); INSERT INTO t VALUES ('é'), ('日本'), ('')"],
  ["texts in UTF-16", "PRAGMA encoding='UTF-16le'; CREATE TABLE t(a); INSERT INTO t VALUES ('é'), ('日本')"],
  [
    "texts in UTF-16 of the other order",
    "PRAGMA encoding='UTF-16be'; CREATE TABLE t(a); INSERT INTO t VALUES ('é日')",
  ],
  ["several levels and overflow pages", `CREATE TABLE t(a, b, c); ${many("value % 2500")}`],
  ["small pages", `PRAGMA page_size=512; CREATE TABLE t(a, b, c); ${many("value % 700")}`],
  ["the largest pages", `PRAGMA page_size=65536; CREATE TABLE t(a, b, c); ${many("value % 100")}`],
  ["rows that were deleted", `CREATE TABLE t(a, b, c); ${many("900")}; DELETE FROM t WHERE a % 3 = 0`],
  [
    "columns that came later",
    "CREATE TABLE t(a); INSERT INTO t VALUES (1); CREATE TABLE u(x); CREATE INDEX i ON t(a)",
  ],
  [
    "pages that stand in the log only",
    `PRAGMA journal_mode=wal; CREATE TABLE t(a, b, c); ${many("50")}; DELETE FROM t WHERE a < 1500`,
  ],
];

describe("tables of SQLite", () => {
  for (const [title, script] of scripts) {
    it(title, () => {
      const { bytes, wal, rows } = made(title.replaceAll(" ", "-"), script);
      const read = openSqlite(bytes, wal)?.read("t");
      assert.deepEqual(read?.complaints, []);
      assert.deepEqual(
        read?.rows.map(({ values }) => plain(values)),
        rows,
      );
    });
  }

  it("row ids stand for columns that are one", () => {
    const { bytes } = made(
      "ids",
      "CREATE TABLE t(id INTEGER PRIMARY KEY, a); INSERT INTO t VALUES (7, 'x'), (300, 'y')",
    );
    assert.deepEqual(openSqlite(bytes)?.read("t")?.rows, [
      { rowId: 7, values: [null, "x"] },
      { rowId: 300, values: [null, "y"] },
    ]);
  });

  it("that are not there are null, and so is what is no database", () => {
    const { bytes } = made("none", "CREATE TABLE t(a)");
    assert.deepEqual(openSqlite(bytes)?.tables, ["t"]);
    assert.equal(openSqlite(bytes)?.read("u"), null);
    for (const other of [Buffer.alloc(0), Buffer.from("SQLite format 3\0"), Buffer.alloc(4096)]) {
      assert.equal(openSqlite(other), null);
    }
  });

  it("a log that was not committed, is cut or belongs to another round is not applied", () => {
    const { bytes, wal } = made(
      "log",
      `PRAGMA journal_mode=wal; CREATE TABLE t(a); INSERT INTO t VALUES (1)`,
    );
    assert.ok(wal !== null);
    const counts = [wal.subarray(0, 31), wal.subarray(0, wal.length - 1), Buffer.alloc(wal.length)].map(
      (damaged) => openSqlite(bytes, damaged)?.read("t")?.rows.length ?? null,
    );
    const salted = Buffer.from(wal);
    salted[16] = (salted[16] ?? 0) ^ 1;
    assert.deepEqual([...counts, openSqlite(bytes, salted)?.read("t") ?? null], [null, 0, null, null]);
    assert.equal(openSqlite(bytes, wal)?.read("t")?.rows.length, 1);
  });
});

describe("hostile databases of SQLite", () => {
  const { bytes } = made("hostile", `PRAGMA page_size=512; CREATE TABLE t(a, b, c); ${many("value % 700")}`);

  it("pages that lead back to themselves are complaints", () => {
    for (let page = 2; page * 512 <= bytes.length && page < 400; page += 7) {
      const changed = Buffer.from(bytes);
      // Every word of the page leads to page 2, the root of the table.
      for (let at = (page - 1) * 512 + 8; at < page * 512; at += 4) changed.writeUInt32BE(2, at);
      const read = openSqlite(changed)?.read("t");
      assert.ok((read?.rows.length ?? 0) <= 3000);
    }
  });

  it("cells that share their bytes are read no oftener than they fit", () => {
    const { bytes: wide } = made(
      "wide",
      "PRAGMA page_size=65536; CREATE TABLE t(a); INSERT INTO t VALUES (zeroblob(50000))",
    );
    const changed = Buffer.from(wide);
    const page = 65_536;
    const cell = changed.readUInt16BE(page + 8);
    const count = Math.floor((cell - 8) / 2);
    changed.writeUInt16BE(count, page + 3);
    for (let index = 0; index < count; index += 1) changed.writeUInt16BE(cell, page + 8 + 2 * index);
    const read = openSqlite(changed)?.read("t");
    assert.ok((read?.rows.length ?? 9) <= 2 && read?.complaints.length === 1);
  });

  it("cut anywhere", () => {
    for (let length = 0; length < bytes.length; length += 4099) {
      const read = openSqlite(bytes.subarray(0, length))?.read("t");
      assert.ok(read === null || read === undefined || read.rows.length <= 3000);
    }
  });
});
