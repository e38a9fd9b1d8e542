#!/usr/bin/env node
/** The published entry: checks the Node it runs on, turns the compile cache on, loads the command line. Valid on Node 18. */
import module from "node:module";

const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  process.stderr.write(`plimsoll needs Node 24 or newer; this is ${process.version}.\n`);
  process.exitCode = 1;
} else {
  if (typeof module.enableCompileCache === "function") module.enableCompileCache();
  const { main } = await import("./cli/main.mjs");
  await main();
}
