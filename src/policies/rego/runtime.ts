/**
 * Runs a module that OPA compiled to WebAssembly (https://www.openpolicyagent.org/docs/latest/wasm/, ABI 1.2). Values cross as JSON, in
 * both directions; whole numbers keep their digits however large they are, since times in nanoseconds are.
 */

/** A function that the module leaves to its host. Undefined: no answer, which makes the rule that asked undefined. */
export type HostFunction = (...args: readonly unknown[]) => unknown;

export interface Module {
  /** The result of an entry point, `docker/scout`; undefined: it has none. @throws what the host's functions throw, Error of the module */
  evaluate(entryPoint: string, input: unknown): unknown;
  /** Calls of the host's functions so far. */
  readonly calls: () => number;
}

/** What is used of WebAssembly, which the types of Node.js leave out. */
interface Memory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}
const { WebAssembly } = globalThis as unknown as {
  readonly WebAssembly: {
    readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => Memory;
    instantiate(
      wasm: Uint8Array,
      imports: unknown,
    ): Promise<{ readonly instance: { readonly exports: unknown } }>;
  };
};

/** Pages of 64 KiB: a module gets at most 512 MiB. */
const PAGES = { initial: 16, maximum: 8_192 };
const PAGE_BYTES = 65_536;

interface Exports {
  readonly opa_wasm_abi_version?: { readonly value: number };
  readonly opa_wasm_abi_minor_version?: { readonly value: number };
  builtins(): number;
  entrypoints(): number;
  opa_malloc(size: number): number;
  opa_json_parse(address: number, size: number): number;
  opa_json_dump(address: number): number;
  opa_heap_ptr_get(): number;
  opa_eval(
    reserved: number,
    entryPoint: number,
    document: number,
    input: number,
    inputSize: number,
    heap: number,
    format: number,
  ): number;
}

/** `document`: what the module reads as `data`. @throws Error when it is no such module */
export async function loadModule(
  wasm: Uint8Array,
  functions: Readonly<Record<string, HostFunction>>,
  document: unknown,
): Promise<Module> {
  const memory = new WebAssembly.Memory(PAGES);
  let calls = 0;
  let names: ReadonlyMap<number, string> = new Map();
  const call = (id: number, _context: number, ...addresses: readonly number[]): number => {
    calls += 1;
    const name = names.get(id) ?? "";
    const answer = Object.hasOwn(functions, name) ? functions[name] : undefined;
    if (answer === undefined) throw new Error(`the function ${name} is not known`);
    return write(answer(...addresses.map((address) => read(exports.opa_json_dump(address)))));
  };
  const abort = (address: number): never => {
    throw new Error(textAt(memory, address));
  };
  const builtins = [0, 1, 2, 3, 4].map((count) => [`opa_builtin${count}`, call]);
  const env = { memory, opa_abort: abort, opa_println: () => {}, ...Object.fromEntries(builtins) };
  const { instance } = await WebAssembly.instantiate(Buffer.from(wasm), { env });
  const exports = instance.exports as Exports;
  const { opa_wasm_abi_version: major, opa_wasm_abi_minor_version: minor } = exports;
  if (major?.value !== 1 || (minor?.value ?? 0) < 2) throw new Error("it was made for another host");

  const read = (address: number): unknown => parseJson(textAt(memory, address));
  const write = (value: unknown): number => {
    if (value === undefined) return 0;
    const bytes = Buffer.from(toJson(value), "utf8");
    const address = exports.opa_malloc(bytes.byteLength);
    new Uint8Array(memory.buffer).set(bytes, address);
    const parsed = exports.opa_json_parse(address, bytes.byteLength);
    if (parsed === 0) throw new Error("a value could not be handed over");
    return parsed;
  };
  const table = (address: number): [string, number][] =>
    Object.entries(read(exports.opa_json_dump(address)) as Record<string, number>);
  names = new Map(table(exports.builtins()).map(([name, id]) => [id, name]));
  const entryPoints = new Map(table(exports.entrypoints()));
  const dataAddress = write(document);
  const heapStart = exports.opa_heap_ptr_get();

  return {
    calls: () => calls,
    evaluate(name, input) {
      const entryPoint = entryPoints.get(name);
      if (entryPoint === undefined) throw new Error(`it has no ${name}`);
      const bytes = Buffer.from(toJson(input), "utf8");
      const missing = heapStart + bytes.byteLength - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
      new Uint8Array(memory.buffer).set(bytes, heapStart);
      const heap = heapStart + bytes.byteLength;
      const address = exports.opa_eval(0, entryPoint, dataAddress, heapStart, bytes.byteLength, heap, 0);
      // Read as reports are: there no number is larger than JavaScript's.
      const [answer] = JSON.parse(textAt(memory, address)) as readonly { readonly result?: unknown }[];
      return answer?.result;
    },
  };
}

/** Texts end at a zero byte. */
function textAt(memory: Memory, address: number): string {
  const bytes = Buffer.from(memory.buffer);
  return bytes.toString("utf8", address, bytes.indexOf(0, address));
}

/** Digits that a number of JavaScript might lose. */
const LONG_NUMBER = /\d{16}/;

function parseJson(text: string): unknown {
  if (!LONG_NUMBER.test(text)) return JSON.parse(text);
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    const source = context?.source ?? "";
    return typeof value === "number" && !Number.isSafeInteger(value) && /^-?\d+$/.test(source)
      ? BigInt(source)
      : value;
  };
  return JSON.parse(text, exact as Parameters<typeof JSON.parse>[1]);
}

const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

function toJson(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "bigint" ? rawJSON(String(each)) : each,
  );
}
