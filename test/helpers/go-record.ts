/** The `.go.buildinfo` record of a Go program since Go 1.18, as the linker writes it. */
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
