/**
 * The variables that `-ldflags "-X name=value"` set, from the symbols of a program: `-trimpath` leaves the flags out of the
 * build settings. For each such variable, and for no other, the linker makes a symbol `name.str` of the value and a zero
 * (`addstrdata` in `cmd/link/internal/ld/data.go` of Go), so what the source itself set a variable to is not taken for it.
 *
 * Programs without symbols (`-s`) tell of no names: `nameless-version.ts`.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { offsetOfAddress, readElf, sectionBytes, type ElfFile } from "../shared/elf.ts";
import { symbolsOf, symbolTableBytesMax } from "../shared/elf-symbols.ts";
import type { LinkedVariable } from "./build-record.ts";

/** Those of which `isAsked` says so by name; empty where there are none and for other files than ELF. In the order of their names. */
export function readLinkedVariables(
  view: FileView,
  isAsked: (name: string) => boolean,
): readonly LinkedVariable[] {
  const elf = readElf(view);
  const section = (name: string) => elf?.sections.find((each) => each.name === name);
  const names = sectionBytes(view, section(".strtab"), symbolTableBytesMax);
  if (elf === null || names === null) return [];
  const asked = askedNames(names, isAsked);
  if (asked.size === 0) return [];
  const symbols = sectionBytes(view, section(".symtab"), symbolTableBytesMax);
  if (symbols === null) return [];
  const found: LinkedVariable[] = [];
  for (const { nameAt, address, sizeBytes } of symbolsOf(symbols, elf)) {
    const name = asked.get(nameAt);
    const value = name === undefined ? null : textAt(view, elf, address, sizeBytes);
    if (name !== undefined && value !== null && found.length < variablesMax) found.push({ name, value });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const variablesMax = 64;
const nameLengthMax = 512;
const valueBytesMax = 256;
const SUFFIX = Buffer.from(".str\0", "latin1");

/** Names without `.str`, by where they stand in the table of names. */
function askedNames(table: Buffer, isAsked: (name: string) => boolean): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  let from = 0;
  for (let at = table.indexOf(SUFFIX); at !== -1; at = table.indexOf(SUFFIX, at + 1)) {
    const start = table.subarray(from, at).lastIndexOf(0) + 1 + from;
    from = at + SUFFIX.length;
    if (at - start > nameLengthMax || names.size >= variablesMax) continue;
    // The linker escapes dots of the path's last element.
    const name = table.toString("latin1", start, at).replaceAll("%2e", ".");
    if (isAsked(name)) names.set(start, name);
  }
  return names;
}

function textAt(view: FileView, elf: ElfFile, address: number, sizeBytes: number): string | null {
  const offset = offsetOfAddress(elf, address);
  if (offset === null || sizeBytes < 2 || sizeBytes > valueBytesMax) return null;
  const bytes = Buffer.from(view.read(offset, sizeBytes));
  return bytes.length === sizeBytes && bytes[sizeBytes - 1] === 0
    ? bytes.toString("utf8", 0, sizeBytes - 1)
    : null;
}
