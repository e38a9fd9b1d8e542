/** The private PostgreSQL, started, killed, left behind and found again. Each test is one of the traps. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it, before, after } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { testPrograms } from "../../../test/helpers/postgres.ts";
import { clientConfig } from "../login.ts";
import { clusterLayout, isSocketPathShort, socketPath } from "./layout.ts";
import { isAlive, readPostmaster } from "./postmaster.ts";
import { startPostgres, type PostgresOptions, type RunningPostgres } from "./start.ts";

let folder = "";
let binDir: string | null = null;

before(async () => {
  binDir = await testPrograms();
});

after(() => {
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

/** A folder that is gone after the tests. Others may pass through it, as through most places where data is kept. */
function newFolder(name: string): string {
  if (folder === "") {
    folder = mkdtempSync(join(tmpdir(), "plimsoll-start-test-"));
    chmodSync(folder, 0o711);
  }
  return join(folder, name);
}

function start(dataDir: string, more: Partial<PostgresOptions> = {}): Promise<RunningPostgres> {
  return startPostgres({ dataDir, binDir, log: () => {}, ...more });
}

async function withServer(
  dataDir: string,
  work: (server: RunningPostgres) => Promise<void>,
  more: Partial<PostgresOptions> = {},
): Promise<void> {
  const server = await start(dataDir, more);
  try {
    await work(server);
  } finally {
    await server.stop();
  }
}

async function query<T extends pg.QueryResultRow>(
  server: RunningPostgres,
  text: string,
  config: pg.ClientConfig = {},
): Promise<T[]> {
  const client = new pg.Client({ ...clientConfig(server.connection, "owner"), ...config });
  client.on("error", () => {});
  try {
    await client.connect();
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await sleep(10);
}

function mode(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}

describe("the private PostgreSQL", () => {
  it("is durable, without a port, and for our eyes only", async () => {
    const dataDir = newFolder("main");
    await withServer(dataDir, async (server) => {
      assert.equal(server.adopted, false);
      const show = async (name: string): Promise<unknown> =>
        Object.values((await query(server, `show ${name}`))[0] ?? {})[0];
      assert.equal(await show("listen_addresses"), "");
      assert.equal(await show("fsync"), "on");
      assert.equal(await show("full_page_writes"), "on");
      assert.equal(await show("synchronous_commit"), "on");
      assert.equal(await show("data_checksums"), "on");
      assert.equal(await show("server_encoding"), "UTF8");
      const { clusterDir, passwordFile, logFile } = clusterLayout(dataDir);
      assert.equal(mode(clusterDir), "700");
      assert.equal(mode(passwordFile), "600");
      assert.equal(mode(logFile), "600");
      assert.equal(mode(socketPath(server.connection.host)), "700");
      const [owner] = await query(
        server,
        "select rolsuper, rolbypassrls, rolname from pg_roles where rolname = current_user",
      );
      assert.deepEqual(owner, { rolsuper: false, rolbypassrls: false, rolname: "plimsoll_owner" });
      await query(server, "create table kept (n integer)");
    });
  });

  it("lets in nobody without the password", async () => {
    await withServer(newFolder("main"), async (server) => {
      for (const user of ["plimsoll_owner", "postgres"]) {
        await assert.rejects(query(server, "select", { user, password: "wrong" }), { code: "28P01" });
        await assert.rejects(query(server, "select", { user, password: "" }), /password/);
      }
    });
  });

  it("orders text the same on every machine", async () => {
    await withServer(newFolder("main"), async (server) => {
      const rows = await query<{ word: string }>(
        server,
        "select word from (values ('b'), ('B'), ('a'), ('ä'), ('_')) as words (word) order by word",
      );
      assert.deepEqual(
        rows.map(({ word }) => word),
        ["B", "_", "a", "b", "ä"],
      );
    });
  });

  it("does not get the terminal's Ctrl-C", async () => {
    await withServer(newFolder("main"), async (server) => {
      const fields = readFileSync(`/proc/${server.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
      assert.equal(Number(fields[2]), server.pid, "a process group of its own");
    });
  });

  it("does not run as root", async () => {
    await withServer(newFolder("main"), async (server) => {
      const uid = /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1];
      assert.notEqual(uid, "0");
      assert.equal(Number(uid), statSync(clusterLayout(newFolder("main")).clusterDir).uid);
    });
  });

  it("is gone after stop, also when sessions are open, and stop may be said twice", async () => {
    const server = await start(newFolder("main"));
    const client = new pg.Client(clientConfig(server.connection, "owner"));
    const ended = Promise.withResolvers<void>();
    client.on("error", () => {});
    client.on("end", () => ended.resolve());
    await client.connect();
    await Promise.all([server.stop(), server.stop()]);
    await ended.promise;
    assert.equal(isAlive(server.pid), false);
    assert.equal(readPostmaster(clusterLayout(newFolder("main")).clusterDir), null);
  });

  it("recovers what was committed after it was killed, and tells that it is lost", async () => {
    const dataDir = newFolder("main");
    const first = await start(dataDir);
    await query(first, "insert into kept select generate_series(1, 1000)");
    process.kill(first.pid, "SIGKILL");
    assert.match(await first.lost, /ended/);
    await withServer(dataDir, async (second) => {
      assert.notEqual(second.pid, first.pid);
      assert.deepEqual(await query(second, "select count(*) as n from kept"), [{ n: 1000 }]);
    });
    await first.stop();
  });

  it("goes on after one of its processes was killed, and keeps the folder", async () => {
    const dataDir = newFolder("main");
    await withServer(dataDir, async (server) => {
      const client = new pg.Client(clientConfig(server.connection, "owner"));
      client.on("error", () => {});
      await client.connect();
      const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
      process.kill(rows[0]!.pid, "SIGKILL");
      await client.query("select").catch(() => {});
      await client.end().catch(() => {});
      // Again, until it has recovered and the lock of the folder is taken again.
      for (;;) {
        const locks = await query<{ n: number }>(
          server,
          "select count(*) as n from pg_locks where locktype = 'advisory'",
        ).catch(() => []);
        if (locks[0]?.n === 1) break;
        await sleep(20);
      }
      await assert.rejects(start(dataDir, { lockWaitMs: 0 }), { code: "SERVER_RUNNING" });
    });
  });

  it("refuses a second server on the same folder, and leaves the first alone", async () => {
    const dataDir = newFolder("main");
    await withServer(dataDir, async (first) => {
      await assert.rejects(start(dataDir, { lockWaitMs: 300 }), { code: "SERVER_RUNNING" });
      assert.deepEqual(await query(first, "select 1 as one"), [{ one: 1 }]);
      assert.equal(isAlive(first.pid), true);
    });
  });

  it("waits for one that is stopping, and does not take over what is about to end", async () => {
    const dataDir = newFolder("main");
    for (let round = 0; round < 5; round += 1) {
      const first = await start(dataDir);
      const stopping = first.stop();
      // In different moments of the stop.
      await sleep(round * 5);
      await withServer(dataDir, async (second) => {
        await stopping;
        assert.notEqual(second.pid, first.pid);
        assert.deepEqual(await query(second, "select 1 as one"), [{ one: 1 }]);
      });
    }
  });

  it("lets only one of two starts at the same moment have the folder", async () => {
    const dataDir = newFolder("race");
    const outcomes = await Promise.allSettled([1, 2].map(() => start(dataDir, { lockWaitMs: 300 })));
    const winners = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
    const losers = outcomes.flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason as unknown] : [],
    );
    await Promise.all(winners.map((winner) => winner.stop()));
    assert.equal(winners.length, 1, String(losers));
    assert.equal((losers[0] as { code?: string }).code, "SERVER_RUNNING");
    assert.deepEqual(
      readdirSync(dataDir).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });

  it("takes over what a killed process left running, and waits for its last breath", async () => {
    const dataDir = newFolder("main");
    const child = startElsewhere(dataDir);
    const pid = Number(await child.firstLine);
    child.process.kill("SIGKILL");
    await withServer(dataDir, async (server) => {
      assert.equal(server.pid, pid);
      assert.equal(server.adopted, true);
      assert.deepEqual(await query(server, "select count(*) as n from kept"), [{ n: 1000 }]);
      await assert.rejects(start(dataDir, { lockWaitMs: 0 }), { code: "SERVER_RUNNING" });
    });
    assert.equal(isAlive(pid), false);
  });

  it("starts although the number in a file left behind belongs to another program now", async () => {
    const dataDir = newFolder("main");
    const { clusterDir } = clusterLayout(dataDir);
    const first = await start(dataDir);
    process.kill(first.pid, "SIGKILL");
    await first.lost;
    const file = join(clusterDir, "postmaster.pid");
    const lines = readFileSync(file, "utf8").split("\n");
    writeFileSync(file, [String(process.pid), ...lines.slice(1)].join("\n"));
    await withServer(dataDir, async (second) => {
      assert.deepEqual(await query(second, "select count(*) as n from kept"), [{ n: 1000 }]);
    });
  });

  it("redoes a cluster that was half made when its maker was killed", async () => {
    const dataDir = newFolder("half-made");
    const child = startElsewhere(dataDir);
    await until(() => existsSync(join(dataDir, halfMade(dataDir) ?? "-", "cluster/PG_VERSION")));
    child.process.kill("SIGKILL");
    await child.gone;
    assert.equal(existsSync(clusterLayout(dataDir).clusterDir), false);
    await withServer(dataDir, async (server) => {
      assert.deepEqual(await query(server, "select 1 as one"), [{ one: 1 }]);
    });
    // The initdb of the killed process may go on for a while; each start removes what it finds.
    while (halfMade(dataDir) !== undefined) await withServer(dataDir, async () => {});
  });

  it("puts the socket elsewhere when the folder's path is too long for one", async () => {
    const dataDir = newFolder(`${"long".repeat(20)}/${"er".repeat(20)}`);
    assert.equal(isSocketPathShort(clusterLayout(dataDir).clusterDir), false);
    let host = "";
    await withServer(dataDir, async (server) => {
      host = server.connection.host;
      assert.ok(isSocketPathShort(host));
      assert.equal(mode(host), "700");
      assert.deepEqual(await query(server, "select 1 as one"), [{ one: 1 }]);
      process.kill(server.pid, "SIGKILL");
      await server.lost;
    });
    await withServer(dataDir, async () => {});
    assert.equal(existsSync(host), false);
  });

  it("says what PostgreSQL said when it does not start", async () => {
    const dataDir = newFolder("main");
    const settings = join(clusterLayout(dataDir).clusterDir, "postgresql.auto.conf");
    const before = readFileSync(settings);
    appendFileSync(settings, "no_such_setting = 1\n");
    await assert.rejects(start(dataDir), (error: Error & { code?: string }) => {
      assert.equal(error.code, "POSTGRES_START_FAILED");
      assert.match(error.message, /no_such_setting/);
      return true;
    });
    writeFileSync(settings, before);
    await withServer(dataDir, async () => {});
  });

  it("does not touch a cluster of another major version", async () => {
    const dataDir = newFolder("old");
    const { clusterDir } = clusterLayout(dataDir);
    mkdirSync(clusterDir, { recursive: true });
    writeFileSync(join(clusterDir, "PG_VERSION"), "12\n");
    await assert.rejects(start(dataDir), { code: "POSTGRES_VERSION" });
    assert.deepEqual(readdirSync(clusterDir), ["PG_VERSION"]);
  });

  it("says so when the passwords are gone or broken, and shows none", async () => {
    const dataDir = newFolder("main");
    const { passwordFile } = clusterLayout(dataDir);
    const before = readFileSync(passwordFile, "utf8");
    for (const [name, text] of [
      ["broken", before.replace("{", "[")],
      ["another's", before.replace(/"[0-9a-f]{48}"/, `"${"0".repeat(48)}"`)],
    ] as const) {
      writeFileSync(passwordFile, text);
      await assert.rejects(
        start(dataDir, { lockWaitMs: 0 }),
        (error: Error & { code?: string }) => {
          assert.equal(error.code, "POSTGRES_START_FAILED");
          assert.doesNotMatch(JSON.stringify([error.message, error]), /[0-9a-f]{48}/);
          return true;
        },
        name,
      );
    }
    writeFileSync(passwordFile, before);
    // What was started before it turned out is taken over.
    await withServer(dataDir, async () => {});
  });

  it("stops what it was starting when it is told to", async () => {
    const dataDir = newFolder("main");
    await assert.rejects(start(dataDir, { signal: AbortSignal.abort(new Error("enough")) }), /enough/);
    assert.equal(readPostmaster(clusterLayout(dataDir).clusterDir), null);
    const fresh = newFolder("aborted");
    const abort = new AbortController();
    const starting = start(fresh, { signal: abort.signal, log: () => setImmediate(() => abort.abort()) });
    await assert.rejects(starting, { name: "AbortError" });
    assert.equal(existsSync(clusterLayout(fresh).clusterDir), false);
    assert.equal(halfMade(fresh), undefined);
  });

  it("works below a folder that the server's account may not enter", async (t) => {
    const parent = newFolder("private");
    mkdirSync(parent, { mode: 0o700 });
    const isRoot = process.geteuid?.() === 0;
    try {
      await withServer(join(parent, "data"), async (server) => {
        assert.deepEqual(await query(server, "select 1 as one"), [{ one: 1 }]);
        process.kill(server.pid, "SIGKILL");
        await server.lost;
      });
      await withServer(join(parent, "data"), async (server) => {
        assert.deepEqual(await query(server, "select 1 as one"), [{ one: 1 }]);
      });
    } catch (error) {
      // PostgreSQL 15 cannot, and says what to do.
      if (!isRoot || !/PostgreSQL 15 runs, may not enter/.test(String(error))) throw error;
      assert.equal((error as { code?: string }).code, "POSTGRES_START_FAILED");
      t.diagnostic("PostgreSQL 15: refused with advice");
    }
  });
});

function halfMade(dataDir: string): string | undefined {
  if (!existsSync(dataDir)) return undefined;
  return readdirSync(dataDir).find((name) => /^init\..*\.tmp$/.test(name));
}

/** The same start in a process of its own, which tells the server's process number and then waits to be killed. */
function startElsewhere(dataDir: string) {
  const script = `
    import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, "start.ts"))};
    const server = await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, binDir: ${JSON.stringify(binDir)}, log: () => {} });
    process.stdout.write(server.pid + "\\n");
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const firstLine = Promise.withResolvers<string>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => firstLine.resolve(text.trim()));
  const gone = new Promise<void>((resolve) => child.on("exit", () => resolve()));
  return { process: child, firstLine: firstLine.promise, gone };
}
