/** `schema.ts` says of every table what a migrated database says: the columns in their order, which may be null, and of what type. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { sql } from "kysely";
import ts from "typescript";
import { freshDatabase, type TestDatabase } from "../../test/helpers/postgres.ts";

interface Column {
  readonly name: string;
  /** `text`, `uuid`, `jsonb`, …, as the database has it. */
  readonly type: string;
  readonly isNullable: boolean;
  /** Has a default or is an identity: an insert may leave it out. */
  readonly isGenerated: boolean;
}

let database: TestDatabase;
before(async () => {
  database = await freshDatabase();
});
after(() => database.close());

test("tables and columns are those of a migrated database", async () => {
  const declared = readSchema();
  const actual = await readDatabase();
  assert.ok(actual.size > 30, `${actual.size} tables`);
  assert.deepEqual([...declared.keys()].toSorted(), [...actual.keys()].toSorted());
  for (const [table, columns] of actual) {
    const names = columns.map(({ name }) => name);
    assert.deepEqual([...(declared.get(table)?.keys() ?? [])], names, table);
  }
});

test("types of columns are those of a migrated database", async () => {
  const declared = readSchema();
  const wrong: string[] = [];
  for (const [table, columns] of await readDatabase()) {
    for (const column of columns) {
      const type = declared.get(table)?.get(column.name) ?? "";
      if (!fits(type, column)) wrong.push(`${table}.${column.name}: ${type} for ${JSON.stringify(column)}`);
    }
  }
  assert.deepEqual(wrong, []);
});

/** Whether a declared type says what the column is. Unions of texts are texts that a check narrows. */
function fits(type: string, { type: actual, isNullable, isGenerated }: Column): boolean {
  if (/^(?:Generated|JsonWithDefault)/.test(type) !== isGenerated) return false;
  const isJson = type.startsWith("Json");
  if (isJson !== (actual === "jsonb" || actual === "json")) return false;
  // What may be in it stands in a type of its own, which may hide a null.
  if (isJson) return isNullable || !type.endsWith("| null>");
  const inner = /^Generated(?:Always)?<(.*)>$/.exec(type)?.[1] ?? type;
  // An identity that is part of a key is declared as one that inserts leave out.
  const mayBeNull = inner.endsWith(" | null") && !type.startsWith("GeneratedAlways");
  if (mayBeNull !== isNullable) return false;
  const base = inner.replace(/ \| null$/, "");
  const expected = typeNames[actual];
  return expected === undefined ? !Object.values(typeNames).includes(base) : base === expected;
}

const typeNames: Readonly<Record<string, string>> = {
  boolean: "boolean",
  integer: "number",
  bigint: "number",
  "timestamp with time zone": "Date",
  bytea: "Buffer",
  "text[]": "string[]",
};

/** Types of the columns by table, as they are written. */
function readSchema(): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const path = new URL("./schema.ts", import.meta.url);
  const source = ts.createSourceFile("schema.ts", readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const interfaces = new Map(
    source.statements.filter(ts.isInterfaceDeclaration).map((each) => [each.name.text, each]),
  );
  const members = (name: string): ReadonlyMap<string, string> =>
    new Map(
      [...(interfaces.get(name)?.members ?? [])]
        .filter((member) => ts.isPropertySignature(member))
        .map((member) => [
          member.name.getText(source),
          (member.type?.getText(source) ?? "").replace(/\s+/g, " "),
        ]),
    );
  return new Map([...members("Database")].map(([table, name]) => [table, members(name)]));
}

/** From the catalogue: the information schema tells a role only of what it may use. */
async function readDatabase(): Promise<ReadonlyMap<string, readonly Column[]>> {
  const { rows } = await sql<Column & { table: string }>`
    select c.relname as "table", a.attname as name, format_type(a.atttypid, null) as type,
      not a.attnotnull as "isNullable", a.atthasdef or a.attidentity <> '' as "isGenerated"
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind = 'r' and c.relnamespace = current_schema()::regnamespace and c.relname <> 'schema_migration'
      and a.attnum > 0 and not a.attisdropped
    order by c.relname, a.attnum`.execute(database.store.app);
  return Map.groupBy(rows, ({ table }) => table);
}
