/**
 * The version of a program that neither its build information nor the names of its variables tell. Two traces of it are left, and
 * a variable, address and length, must name exactly their bytes:
 * - the value that `-ldflags -X` set, where symbols were taken out (`-s`): the linker ends it by a zero (`addstrdata` in
 *   `cmd/link/internal/ld/data.go` of Go), which no other text of Go has;
 * - a file VERSION that was embedded, as HashiCorp's programs have it: a line with nothing but a version.
 *
 * Where one version alone is found like that, it is the program's.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { offsetOfAddress, readElf, sectionBytes, type ElfFile } from "../shared/elf.ts";

/**
 * `v1.32.4`, as it stands there; null where there is none or several, and for other files than ELF. `knowsFlags`: the build
 * information names what the linker set, so that nothing else is looked for than files.
 */
export function readNamelessVersion(view: FileView, knowsFlags: boolean): string | null {
  const elf = readElf(view);
  if (elf === null) return null;
  // With symbols the linker's values have names, which tell what they are versions of.
  const hasNames = knowsFlags || elf.sections.some(({ name }) => name === ".symtab");
  const variables = sectionBytes(
    view,
    elf.sections.find(({ name }) => name === ".data"),
    variablesBytesMax,
  );
  const texts = elf.sections.find(({ name }) => name === ".rodata");
  if (variables === null || texts === undefined) return null;
  const found = new Set<string>();
  for (const { address, length } of stringsIn(variables, elf)) {
    if (address < texts.address || address + length >= texts.address + texts.sizeBytes) continue;
    const version = versionAt(view, elf, address, length);
    if (version !== null && !(version.isSet && hasNames)) found.add(version.text);
    if (found.size > 1) return null;
  }
  return [...found][0] ?? null;
}

/** The largest programs have some 4 MB of them. */
const variablesBytesMax = 64 * 1024 * 1024;
const lengthMin = "1.2.3".length;
const lengthMax = 64;
const VERSION = /^v?\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+~][0-9A-Za-z.+~-]{1,50})?$/;

/** Every pair of words that may be a text: an address, and a length as a version has it. */
function* stringsIn(
  bytes: Buffer,
  { bits, littleEndian }: ElfFile,
): Generator<{ readonly address: number; readonly length: number }> {
  const word = bits / 8;
  const read = (at: number): number => {
    if (bits === 32) return littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
    return Number(littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
  };
  for (let at = 0; at + 2 * word <= bytes.length; at += word) {
    // Most words are no such length, which its last byte tells.
    const last = bytes[littleEndian ? at + word : at + 2 * word - 1] ?? 0;
    if (last < lengthMin || last > lengthMax) continue;
    const length = read(at + word);
    if (length <= lengthMax) yield { address: read(at), length };
  }
}

interface Found {
  readonly text: string;
  /** By the linker; false: the line of a file. */
  readonly isSet: boolean;
}

function versionAt(view: FileView, elf: ElfFile, address: number, length: number): Found | null {
  const offset = offsetOfAddress(elf, address);
  if (offset === null) return null;
  const bytes = Buffer.from(view.read(offset, length + 1));
  const isLine = bytes[length - 1] === 0x0a;
  const isSet = bytes.length === length + 1 && bytes[length] === 0;
  if (!isLine && !isSet) return null;
  const text = bytes.toString("latin1", 0, isLine ? length - 1 : length);
  return VERSION.test(text) ? { text, isSet: !isLine } : null;
}
