/**
 * The program: a small entry, a chunk per verb, every package inside, nothing native. The server's packages are in chunks of
 * their own, which no other verb loads.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { noticesOf } from "../bundle-notices.ts";
import { fingerprintSources } from "../bootstrap/sources.mjs";

export interface ProgramBuild {
  readonly files: number;
  readonly bytes: number;
}

/** Writes everything but the dashboard into `dist`; what else was there goes, the dashboard stays. */
export async function buildProgram(root: string, dist: string, quiet: boolean): Promise<ProgramBuild> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  removeAllBut(dist, "web");
  const { metafile } = await build({
    absWorkingDir: root,
    // What is started by its address, not imported, is an entry of its own.
    entryPoints: {
      "cli/main": "src/cli/main.ts",
      "file-hash-worker": "src/io/file-hash-worker.ts",
      "sbom-worker": "src/server/sbom-worker.ts",
      "sandbox/main": "src/sandbox/main.ts",
    },
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
    plugins: [cheapBuiltins, withoutNative],
    logLevel: quiet ? "error" : "warning",
  });

  // The published bin runs on any Node and says plainly when it is too old; it is not bundled.
  writeFileSync(join(dist, "plimsoll.mjs"), readFileSync(join(root, "tools/bin.mjs")), { mode: 0o755 });
  cpSync(join(root, "src/store/migrations"), join(dist, "migrations"), { recursive: true });
  writeFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), noticesOf(root, Object.keys(metafile.inputs)));
  writeFileSync(join(dist, ".sources"), fingerprintSources(root));
  const outputs = Object.values(metafile.outputs);
  return { files: outputs.length, bytes: outputs.reduce((sum, output) => sum + output.bytes, 0) };
}

function removeAllBut(folder: string, kept: string): void {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // The first build.
  }
  for (const name of names) {
    if (name !== kept) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

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

/** `pg` asks for a native twin only when told to, and takes its absence as an answer. */
const withoutNative: Plugin = {
  name: "without-native",
  setup(on) {
    on.onResolve({ filter: /^pg-native$/ }, ({ path }) => ({ path, namespace: "absent" }));
    on.onLoad({ filter: /.*/, namespace: "absent" }, ({ path }) => ({
      contents: `throw Object.assign(new Error("${path} is not part of this program"), { code: "MODULE_NOT_FOUND" });`,
    }));
  },
};
