/**
 * Symbols of ELF files: the names that the program gives to addresses.
 * Specification: https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.symtab.html
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { sectionBytes, type ElfFile } from "./elf.ts";

export interface ElfSymbol {
  /** Where its name starts in the table of names. */
  readonly nameAt: number;
  readonly address: number;
  readonly sizeBytes: number;
}

/** Five times the tables of the largest programs of Kubernetes. */
export const symbolTableBytesMax = 64 * 1024 ** 2;

/** The records of a table of symbols. */
export function* symbolsOf(table: Buffer, { bits, littleEndian }: ElfFile): Generator<ElfSymbol> {
  const four = (at: number): number => (littleEndian ? table.readUInt32LE(at) : table.readUInt32BE(at));
  const eight = (at: number): number =>
    Number(littleEndian ? table.readBigUInt64LE(at) : table.readBigUInt64BE(at));
  const size = bits === 64 ? 24 : 16;
  for (let at = 0; at + size <= table.length; at += size) {
    const nameAt = four(at);
    if (nameAt === 0) continue;
    if (bits === 64) yield { nameAt, address: eight(at + 8), sizeBytes: eight(at + 16) };
    else yield { nameAt, address: four(at + 4), sizeBytes: four(at + 8) };
  }
}

/** Where symbols of these names lead: those that the program offers to others, else any. */
export function addressesOf(
  view: FileView,
  elf: ElfFile,
  wanted: readonly string[],
): ReadonlyMap<string, number> {
  for (const [symbols, names] of [
    [".dynsym", ".dynstr"],
    [".symtab", ".strtab"],
  ] as const) {
    const found = addressesIn(view, elf, symbols, names, wanted);
    if (found.size > 0) return found;
  }
  return new Map();
}

function addressesIn(
  view: FileView,
  elf: ElfFile,
  symbols: string,
  names: string,
  wanted: readonly string[],
): ReadonlyMap<string, number> {
  const section = (name: string) => elf.sections.find((each) => each.name === name);
  const found = new Map<string, number>();
  const texts = sectionBytes(view, section(names), symbolTableBytesMax);
  if (texts === null) return found;
  const markers = wanted.map((name) => ({ name, bytes: Buffer.from(`\0${name}\0`, "latin1") }));
  const asked = markers.filter(({ bytes }) => texts.includes(bytes));
  const table = asked.length === 0 ? null : sectionBytes(view, section(symbols), symbolTableBytesMax);
  if (table === null) return found;
  for (const { nameAt, address } of symbolsOf(table, elf)) {
    for (const { name, bytes } of asked) {
      const text = bytes.subarray(1);
      if (texts.subarray(nameAt, nameAt + text.length).equals(text) && address !== 0)
        found.set(name, address);
    }
  }
  return found;
}
