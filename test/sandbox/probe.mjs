/** Started behind the wall by wall.test.ts: tries to get out, and tells what it could do. */
import { readSync } from "node:fs";
import { connect } from "node:net";

const [port, secret, writable] = JSON.parse(readAll(3));
const tried = {};

async function attempt(name, work) {
  try {
    tried[name] = String(await work());
  } catch (error) {
    tried[name] = `refused ${error.code ?? error.name}`;
  }
}

function readAll(descriptor) {
  const bytes = Buffer.alloc(4096);
  return bytes.toString("utf8", 0, readSync(descriptor, bytes, 0, bytes.length, 0));
}

await attempt("network", () => {
  const { promise, resolve, reject } = Promise.withResolvers();
  const socket = connect(port, "127.0.0.1", () => resolve("connected"));
  socket.on("error", reject);
  return promise;
});
await attempt("read", async () => (await import("node:fs")).readFileSync(secret, "utf8"));
await attempt("write", async () => (await import("node:fs")).writeFileSync(writable, "x"));
await attempt("sqlite", async () => {
  const { DatabaseSync } = await import("node:sqlite");
  new DatabaseSync(writable).exec("CREATE TABLE a (b)");
  return "written";
});
await attempt("child", async () => (await import("node:child_process")).spawnSync("/bin/true").status);
await attempt("worker", async () => {
  const { Worker } = await import("node:worker_threads");
  await new Worker("0", { eval: true }).terminate();
  return "started";
});
tried.environment = Object.keys(process.env)
  .filter((name) => !name.startsWith("__"))
  .join(",");
tried.uid = String(process.getuid());
process.stdout.write(JSON.stringify(tried));
process.exit(0);
