/** Connections as values, and what they become for `pg`. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { connectionFromUrl, narrowConnection, type PrivateConnection } from "./connection.ts";
import { clientConfig } from "./login.ts";

const own: PrivateConnection = {
  kind: "private",
  host: "/run/x",
  port: 5432,
  database: "plimsoll",
  passwords: { owner: "o", app: "a", engine: "e", queue: "q" },
};

describe("connectionFromUrl", () => {
  it("takes what PostgreSQL takes", () => {
    for (const [given, kept] of [
      ["postgres://u:p@host:5433/db", "postgres://u:p@host:5433/db"],
      ["postgresql://host/db", "postgresql://host/db"],
      ["postgres://u:p@/db?host=/run/x", "postgres://u:p@localhost/db?host=/run/x"],
    ] as const) {
      assert.deepEqual(connectionFromUrl(given), { kind: "url", url: kept });
    }
  });

  it("refuses everything else without showing it", () => {
    for (const url of ["", "host/db", "mysql://u:secret@host/db", "postgres//u:secret@host"]) {
      assert.throws(
        () => connectionFromUrl(url),
        (error: Error & { code?: string }) =>
          error.code === "CONFIG_INVALID" && !JSON.stringify([error.message, error]).includes("secret"),
      );
    }
  });
});

describe("clientConfig", () => {
  it("signs in as each role where each has a password", () => {
    for (const [role, user, password] of [
      ["owner", "plimsoll_owner", "o"],
      ["app", "plimsoll_app", "a"],
      ["engine", "plimsoll_engine", "e"],
      ["queue", "plimsoll_queue", "q"],
    ] as const) {
      const config = clientConfig(own, role);
      assert.equal(config.user, user);
      assert.equal(config.password, password);
      assert.doesNotMatch(config.options ?? "", /role=/);
    }
  });

  it("takes the role by a start option where there is one login, whatever the URL says of options", () => {
    const connection = connectionFromUrl("postgres://u:p@host/db?options=-c%20role%3Du&sslmode=disable");
    const config = clientConfig(connection, "app");
    assert.match(config.options ?? "", /^-c role=u .*-c role=plimsoll_app$/);
    assert.doesNotMatch(config.connectionString ?? "", /options/);
    assert.match(config.connectionString ?? "", /sslmode=disable/);
    assert.doesNotMatch(clientConfig(connection, "owner").options ?? "", /plimsoll/);
  });

  it("has no login for a role that a process was not given", () => {
    const worker = narrowConnection(own, ["engine", "queue"]);
    assert.deepEqual(worker, { ...own, passwords: { engine: "e", queue: "q" } });
    assert.throws(() => clientConfig(worker, "owner"), { code: "STORE_FORBIDDEN" });
    assert.throws(() => clientConfig(worker, "app"), { code: "STORE_FORBIDDEN" });
    assert.equal(clientConfig(worker, "queue").password, "q");
  });
});
