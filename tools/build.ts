/**
 * Builds the published command line: a small entry, a chunk per verb, every package inside, nothing native.
 * Output goes to `dist/`, or to the folder after `--into`.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { build, type Plugin } from "esbuild";
import { noticesOf } from "./bundle-notices.ts";
import { fingerprintSources } from "./bootstrap/sources.mjs";

const root = resolve(import.meta.dirname, "..");
const { values } = parseArgs({ options: { quiet: { type: "boolean" }, into: { type: "string" } } });
const quiet = values.quiet === true;
const dist = values.into === undefined ? join(root, "dist") : resolve(values.into);
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };

/**
 * Node's own modules without their ESM faces, which cost a warm scan 20 ms: making one reads every getter of a module, and those
 * load more modules. `process.getBuiltinModule` gives the same object. `child_process` waits until a program is started,
 * because the command parser names it at its top and it brings half of node's network code along.
 */
const cheapBuiltins: Plugin = {
  name: "cheap-builtins",
  setup(on) {
    // Packages in CommonJS form name them without the prefix.
    on.onResolve({ filter: /^(node:)?[a-z0-9_]+(\/[a-z0-9_]+)*$/ }, ({ path }) => {
      const name = path.replace(/^node:/, "");
      return isBuiltin(`node:${name}`) ? { path: `node:${name}`, namespace: "builtin" } : null;
    });
    on.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({ contents: builtinStub(path) }));
  },
};

function builtinStub(path: string): string {
  const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
  if (path !== "node:child_process") return `module.exports = ${load};`;
  return `exports.spawn = (...args) => ${load}.spawn(...args);`;
}

rmSync(dist, { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  // The worker is an entry of its own because it is started by its address, not imported.
  entryPoints: { "cli/main": "src/cli/main.ts", "file-hash-worker": "src/io/file-hash-worker.ts" },
  outdir: dist,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node24",
  minify: false,
  minifySyntax: true,
  legalComments: "none",
  metafile: true,
  chunkNames: "chunks/[name]-[hash]",
  define: { PLIMSOLL_VERSION: JSON.stringify(version), PLIMSOLL_BUILT: "true" },
  plugins: [cheapBuiltins],
  logLevel: quiet ? "error" : "warning",
});

// The published bin runs on any Node and says plainly when it is too old; it is not bundled.
writeFileSync(join(dist, "plimsoll.mjs"), readFileSync(join(root, "tools/bin.mjs")), { mode: 0o755 });
writeFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), noticesOf(root, Object.keys(result.metafile.inputs)));
writeFileSync(join(dist, ".sources"), fingerprintSources(root));

if (!quiet) {
  const bytes = Object.values(result.metafile.outputs).reduce((sum, output) => sum + output.bytes, 0);
  process.stdout.write(
    `dist: ${Object.keys(result.metafile.outputs).length} files, ${Math.round(bytes / 1024)} KB\n`,
  );
}
