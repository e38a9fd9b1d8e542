/**
 * Linux kernels and their modules. A kernel image for x86 points to its version from its header
 * (https://docs.kernel.org/arch/x86/boot.html); a module names the kernel that it was built for in its section `.modinfo`.
 */
import { Buffer } from "node:buffer";
import type { FileView } from "../../domain/files.ts";
import { readElf, sectionBytes } from "../shared/elf.ts";

/** `6.1.0-18-amd64` of a kernel image; null when the file is none that can be read. */
export function readKernelImage(view: FileView): string | null {
  const header = Buffer.from(view.read(0, 0x240));
  if (header.length < 0x240 || header.toString("latin1", 0x202, 0x206) !== "HdrS") return null;
  const pointer = header.readUInt16LE(0x20e);
  if (pointer === 0) return null;
  const text = Buffer.from(view.read(pointer + 0x200, 200)).toString("latin1");
  return RELEASE.exec(text)?.[0] ?? null;
}

/** The kernel's release that a module (`.ko`) was built for. */
export function readKernelModule(view: FileView): string | null {
  const elf = readElf(view);
  if (elf === null || elf.type !== 1) return null;
  const bytes = sectionBytes(
    view,
    elf.sections.find(({ name }) => name === ".modinfo"),
    modinfoBytesMax,
  );
  const line = bytes
    ?.toString("latin1")
    .split("\0")
    .find((each) => each.startsWith("vermagic="));
  return line === undefined ? null : (RELEASE.exec(line.slice("vermagic=".length))?.[0] ?? null);
}

/** `6.1.0-18-amd64` of `lib/modules/6.1.0-18-amd64/modules.dep`. */
export function releaseOfPath(path: string): string | null {
  const folder = path.slice(0, path.lastIndexOf("/"));
  return RELEASE.exec(folder.slice(folder.lastIndexOf("/") + 1))?.[0] ?? null;
}

const RELEASE = /^\d{1,3}\.\d{1,4}(?:\.\d{1,5})?[0-9A-Za-z._+~-]{0,100}/;
const modinfoBytesMax = 256 * 1024;
