/** What the linker writes into a Go program: the `.go.buildinfo` record since Go 1.18, and the table of its functions. */
import { Buffer } from "node:buffer";

/** `modules` is what `go version -m` prints below the first line, without its indentation. */
export function goRecord(goVersion: string, modules: string): Buffer {
  const head = Buffer.alloc(32);
  head.write("\xff Go buildinf:", 0, "latin1");
  head[14] = 8;
  head[15] = 2;
  const text =
    modules === ""
      ? Buffer.alloc(0)
      : Buffer.concat([Buffer.alloc(16, 0x30), Buffer.from(modules), Buffer.alloc(16, 0xf9)]);
  return Buffer.concat([head, sized(Buffer.from(goVersion)), sized(text)]);
}

function sized(bytes: Buffer): Buffer {
  const length: number[] = [];
  let rest = bytes.length;
  while (rest >= 0x80) {
    length.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  return Buffer.concat([Buffer.from([...length, rest]), bytes]);
}

export interface FunctionTableChoices {
  readonly magic?: number;
  readonly pointer?: 4 | 8;
  /** Bytes that the header tells and that are not there. */
  readonly missing?: number;
}

/** The `.gopclntab` section with these functions, by `runtime/symtab.go`: magic, two zeros, least instruction, size of a pointer, then numbers of that size. */
export function goFunctions(
  names: readonly string[],
  { magic = 0xfffffff1, pointer = 8, missing = 0 }: FunctionTableChoices = {},
): Buffer {
  const texts = Buffer.from(`\0${names.join("\0")}\0`, "utf8");
  const header = Buffer.alloc(8 + 8 * pointer);
  header.writeUInt32LE(magic);
  header[6] = 1;
  header[7] = pointer;
  const first = magic === 0xfffffffa ? 2 : 3;
  const write = (nth: number, value: number): void => {
    if (pointer === 8) header.writeBigUInt64LE(BigInt(value), 8 + nth * 8);
    else header.writeUInt32LE(value, 8 + nth * 4);
  };
  write(first, header.length);
  write(first + 1, header.length + texts.length + missing);
  return Buffer.concat([header, texts, Buffer.alloc(64)]);
}
