/**
 * The program: a small entry, a chunk per verb, every package inside, nothing native. The server's packages are in chunks of
 * their own, which no other verb loads. What a warm scan runs stands in one file: finding and linking sixty small ones took it
 * a third of its time.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative } from "node:path";
import { rolldown, type OutputOptions, type Plugin, type RolldownOutput } from "rolldown";
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
  const how = { root, dist, version, quiet };
  const outputs = [await bundleCommandLine(how)];
  // What is started by its address, not imported, is a bundle of its own: it loads nothing of the command line.
  for (const [name, source] of Object.entries(startedByAddress)) {
    outputs.push(await bundle(how, { [name]: join(root, source) }, [], { codeSplitting: false }));
  }

  // The published bin runs on any Node and says plainly when it is too old; it is not bundled.
  writeFileSync(join(dist, "plimsoll.mjs"), readFileSync(join(root, "tools/bin.mjs")), { mode: 0o755 });
  cpSync(join(root, "src/store/migrations"), join(dist, "migrations"), { recursive: true });
  const chunks = outputs.flatMap(({ output }) => output.filter((file) => file.type === "chunk"));
  const inputs = chunks.flatMap((chunk) => chunk.moduleIds.map((id) => relative(root, id)));
  writeFileSync(join(dist, "THIRD-PARTY-NOTICES.txt"), noticesOf(root, inputs));
  writeFileSync(join(dist, ".sources"), fingerprintSources(root));
  return { files: chunks.length, bytes: chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0) };
}

const startedByAddress: Readonly<Record<string, string>> = {
  "build-worker": "src/advisories/build-worker.ts",
  "file-hash-worker": "src/io/file-hash-worker.ts",
  "sbom-worker": "src/server/sbom-worker.ts",
  "policy-worker": "src/analysis/policy-worker.ts",
  "sandbox/main": "src/sandbox/main.ts",
};

/** The verbs whose second run must not be felt; the first of them is loaded with the command line itself. */
const warmVerbs: readonly string[] = ["src/cli/commands/sbom.ts", "src/cli/commands/cves.ts"];

interface BundleContext {
  readonly root: string;
  readonly dist: string;
  readonly version: string;
  readonly quiet: boolean;
}

function bundleCommandLine(how: BundleContext): Promise<RolldownOutput> {
  const main = join(how.root, "src/cli/main.ts");
  const [first = "", ...others] = warmVerbs.map((verb) => join(how.root, verb));
  const { plugin, isReached } = reachedFrom([[main, first], others]);
  const group = (name: string, index: number) => ({
    name,
    test: (id: string) => isReached(index, id),
    priority: 10 - index,
    includeDependenciesRecursively: false,
  });
  return bundle(how, { "cli/main": main }, [plugin], {
    codeSplitting: { groups: [group("core", 0), group("findings", 1)] },
  });
}

async function bundle(
  { root, dist, version, quiet }: BundleContext,
  input: Record<string, string>,
  plugins: readonly Plugin[],
  output: OutputOptions,
): Promise<RolldownOutput> {
  const made = await rolldown({
    cwd: root,
    input,
    platform: "node",
    plugins: [cheapBuiltins, withoutNative, ...plugins],
    transform: {
      target: "node24",
      define: {
        PLIMSOLL_VERSION: JSON.stringify(version),
        PLIMSOLL_BUILT: "true",
        PLIMSOLL_SOURCES: JSON.stringify(fingerprintSources(root)),
      },
    },
    checks: { pluginTimings: false },
    preserveEntrySignatures: "allow-extension",
    onLog(level, log, show) {
      // It would be looked for beside the program, where no package is.
      if (log.code === "UNRESOLVED_IMPORT") throw new Error(log.message);
      if (level !== "warn" || !quiet) show(level, log);
    },
  });
  try {
    return await made.write({
      ...output,
      dir: dist,
      format: "esm",
      comments: false,
      entryFileNames: "[name].mjs",
      chunkFileNames: "chunks/[name]-[hash].mjs",
    });
  } finally {
    await made.close();
  }
}

/** What each list of modules loads at once, without what an earlier list loads: known when all modules are. */
function reachedFrom(lists: readonly (readonly string[])[]): {
  readonly plugin: Plugin;
  readonly isReached: (list: number, id: string) => boolean;
} {
  const listOf = new Map<string, number>();
  return {
    isReached: (list, id) => listOf.get(id) === list,
    plugin: {
      name: "reached-from",
      buildEnd() {
        for (const [index, roots] of lists.entries()) {
          const open = [...roots];
          for (let id = open.pop(); id !== undefined; id = open.pop()) {
            if (listOf.has(id)) continue;
            const found = this.getModuleInfo(id);
            if (found === null) throw new Error(`the bundle has no module ${id}`);
            listOf.set(id, index);
            open.push(...found.importedIds);
          }
        }
      },
    },
  };
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
 * load more modules. `process.getBuiltinModule` gives the same object, and it is asked when the first of its members is used:
 * code that could open a connection does not load half of Node's network code because of that.
 */
const cheapBuiltins: Plugin = {
  name: "cheap-builtins",
  resolveId(source, importer) {
    // The bundler's own few lines need the real one.
    if (importer?.startsWith("\0rolldown") === true) return null;
    // Packages in CommonJS form name them without the prefix.
    const name = source.replace(/^node:/, "");
    return isBuiltin(`node:${name}`) ? `${BUILTIN}${name}` : null;
  },
  load(id) {
    if (!id.startsWith(BUILTIN)) return null;
    return { code: builtinStub(`node:${id.slice(BUILTIN.length)}`), moduleType: "js" };
  },
};

const BUILTIN = "\0builtin:";

function builtinStub(path: string): string {
  const load = `process.getBuiltinModule(${JSON.stringify(path)})`;
  const built: unknown = process.getBuiltinModule(path);
  // A class is its own module, as `node:events` is.
  if (typeof built !== "object" || built === null) return `module.exports = ${load};`;
  const members = Object.keys(built).map(
    (name) => `  get ${JSON.stringify(name)}() { return ${load}[${JSON.stringify(name)}]; },`,
  );
  return `module.exports = {\n${members.join("\n")}\n};\n`;
}

/** `pg` asks for a native twin only when told to, and takes its absence as an answer. */
const withoutNative: Plugin = {
  name: "without-native",
  resolveId: (source) => (source === "pg-native" ? "\0absent:pg-native" : null),
  load(id) {
    if (!id.startsWith("\0absent:")) return null;
    const name = id.slice("\0absent:".length);
    return `throw Object.assign(new Error("${name} is not part of this program"), { code: "MODULE_NOT_FOUND" });`;
  },
};
