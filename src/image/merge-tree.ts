/**
 * The merged tree of an image as numbers: a node per path, about 60 bytes each besides its name, which is kept once.
 * Nodes are never moved or freed; a removed one keeps its place and is used again when its path comes back, so that all
 * removals together cost no more than all insertions.
 */

import { randomBytes } from "node:crypto";
import { NameTable } from "./name-table.ts";

export type NodeKind = 0 | 1 | 2 | 3 | 4;
export const GONE: NodeKind = 0;
export const FILE: NodeKind = 1;
export const DIRECTORY: NodeKind = 2;
export const SYMLINK: NodeKind = 3;
export const DEVICE: NodeKind = 4;

export const ROOT = 0;

export interface NodeFacts {
  /** 0 for all but files. */
  readonly sizeBytes: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Of a folder that a path leads through and no layer lists. */
const UNLISTED: NodeFacts = { sizeBytes: 0, mode: 0o755, uid: 0, gid: 0 };
const NONE = -1;

export class MergeTree {
  /** Nodes ever made, the root included. */
  count = 1;
  /** Living nodes that are files. */
  fileCount = 0;
  /** Targets of living symbolic links, as stored. */
  readonly targets = new Map<number, string>();
  /** Called with each file that is removed or replaced. */
  onGone: (node: number) => void = () => undefined;

  #kind = new Uint8Array(1024);
  #parent = new Int32Array(1024);
  #name = new Int32Array(1024);
  #first = new Int32Array(1024);
  #next = new Int32Array(1024);
  #previous = new Int32Array(1024);
  #layer = new Int32Array(1024);
  #ordinal = new Int32Array(1024);
  #size = new Float64Array(1024);
  #mode = new Uint16Array(1024);
  #uid = new Uint32Array(1024);
  #gid = new Uint32Array(1024);
  /** Open addressing over (parent, name); a slot holds node + 1. */
  #slots = new Int32Array(4096);
  readonly #names = new NameTable();

  // Drawn anew for each tree, so that no layer can choose names that collide. The result does not depend on it.
  readonly #seed = randomBytes(4).readInt32LE();

  constructor() {
    this.#kind[ROOT] = DIRECTORY;
    this.#parent[ROOT] = ROOT;
    this.#name[ROOT] = this.#names.add("");
    this.#first[ROOT] = NONE;
  }

  kind(node: number): NodeKind {
    return this.#kind[node] as NodeKind;
  }

  /** The root is its own parent. */
  parent(node: number): number {
    return this.#parent[node] as number;
  }

  name(node: number): string {
    return this.#names.text(this.#name[node] as number);
  }

  /** Layer and ordinal of the archive entry that holds a file's bytes. */
  content(node: number): { readonly layer: number; readonly ordinal: number } {
    return { layer: this.#layer[node] as number, ordinal: this.#ordinal[node] as number };
  }

  layer(node: number): number {
    return this.#layer[node] as number;
  }

  /** As the archive says; zeros for a folder that no layer lists. */
  facts(node: number): NodeFacts {
    return {
      sizeBytes: this.#size[node] as number,
      mode: this.#mode[node] as number,
      uid: this.#uid[node] as number,
      gid: this.#gid[node] as number,
    };
  }

  sizeBytes(node: number): number {
    return this.#size[node] as number;
  }

  mode(node: number): number {
    return this.#mode[node] as number;
  }

  setFacts(node: number, facts: NodeFacts): void {
    this.#size[node] = facts.sizeBytes;
    this.#mode[node] = facts.mode;
    this.#uid[node] = facts.uid;
    this.#gid[node] = facts.gid;
  }

  /** `a/b/c`; empty for the root. */
  path(node: number): string {
    const segments: string[] = [];
    for (let at = node; at !== ROOT; at = this.parent(at)) segments.push(this.name(at));
    return segments.reverse().join("/");
  }

  /** Living child of this name, or null. */
  child(folder: number, name: string): number | null {
    const id = this.#names.find(name);
    return id === NONE ? null : this.childNamed(folder, id);
  }

  /** Number of a name in UTF-8, from `from` to `end`; for the two below, so that nobody makes a string of it. */
  nameOf(bytes: Buffer, from: number, end: number): number {
    return this.#names.addBytes(bytes, from, end);
  }

  /** As `child`, by the number of the name. */
  childNamed(folder: number, name: number): number | null {
    const node = this.#find(folder, name);
    return node === NONE || this.#kind[node] === GONE ? null : node;
  }

  /** Living children, newest first. The tree must not change meanwhile. */
  *children(folder: number): Generator<number> {
    for (let at = this.firstChild(folder); at !== null; at = this.nextChild(at)) yield at;
  }

  firstChild(folder: number): number | null {
    const first = this.#first[folder] as number;
    return first === NONE ? null : first;
  }

  /** The child of the same folder after `node`. */
  nextChild(node: number): number | null {
    const next = this.#next[node] as number;
    return next === NONE ? null : next;
  }

  /** Puts a node where there is none, or in place of one that is not a directory (or is, and is removed first). */
  put(folder: number, name: string, kind: NodeKind, layer: number, ordinal: number): number {
    return this.putNamed(folder, this.#names.add(name), kind, layer, ordinal);
  }

  /** As `put`, by the number of the name. */
  putNamed(folder: number, name: number, kind: NodeKind, layer: number, ordinal: number): number {
    const node = this.#findOrMake(folder, name);
    if (this.#kind[node] !== GONE) this.#clear(node);
    else this.#link(folder, node);
    this.#kind[node] = kind;
    this.#first[node] = NONE;
    this.#layer[node] = layer;
    this.#ordinal[node] = ordinal;
    this.setFacts(node, UNLISTED);
    if (kind === FILE) this.fileCount += 1;
    return node;
  }

  /** Removes a node and all below it. Not for the root. */
  remove(node: number): void {
    this.#clear(node);
    this.#unlink(node);
    this.#kind[node] = GONE;
  }

  /** Removes all below a directory. */
  empty(folder: number): void {
    // A list instead of recursion: a path may be thousands of folders deep.
    const open = [folder];
    for (let dir = open.pop(); dir !== undefined; dir = open.pop()) {
      let at = this.#first[dir] as number;
      this.#first[dir] = NONE;
      while (at !== NONE) {
        if (this.#kind[at] === DIRECTORY) open.push(at);
        else this.#clear(at);
        this.#kind[at] = GONE;
        at = this.#next[at] as number;
      }
    }
  }

  #clear(node: number): void {
    const kind = this.#kind[node];
    if (kind === DIRECTORY) this.empty(node);
    if (kind === SYMLINK) this.targets.delete(node);
    if (kind !== FILE) return;
    this.fileCount -= 1;
    this.onGone(node);
  }

  #link(folder: number, node: number): void {
    const first = this.#first[folder] as number;
    this.#next[node] = first;
    this.#previous[node] = NONE;
    if (first !== NONE) this.#previous[first] = node;
    this.#first[folder] = node;
  }

  #unlink(node: number): void {
    const next = this.#next[node] as number;
    const previous = this.#previous[node] as number;
    if (next !== NONE) this.#previous[next] = previous;
    if (previous === NONE) this.#first[this.parent(node)] = next;
    else this.#next[previous] = next;
  }

  #find(folder: number, name: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#hash(folder, name) & mask; ; slot = (slot + 1) & mask) {
      const node = (this.#slots[slot] as number) - 1;
      if (node === NONE || (this.#parent[node] === folder && this.#name[node] === name)) return node;
    }
  }

  #findOrMake(folder: number, name: number): number {
    const known = this.#find(folder, name);
    if (known !== NONE) return known;
    if (this.count === this.#kind.length) this.#grow();
    const node = this.count;
    this.count += 1;
    this.#parent[node] = folder;
    this.#name[node] = name;
    this.#place(node);
    return node;
  }

  #place(node: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(this.#parent[node] as number, this.#name[node] as number) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = node + 1;
  }

  #hash(folder: number, name: number): number {
    let mixed = Math.imul(folder ^ this.#seed, 0x9e3779b1) ^ Math.imul(name, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ this.#seed, 0x2c1b3c6d);
    mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  #grow(): void {
    const length = this.#kind.length * 2;
    const kind = new Uint8Array(length);
    kind.set(this.#kind);
    this.#kind = kind;
    this.#parent = larger(this.#parent, length);
    this.#name = larger(this.#name, length);
    this.#first = larger(this.#first, length);
    this.#next = larger(this.#next, length);
    this.#previous = larger(this.#previous, length);
    this.#layer = larger(this.#layer, length);
    this.#ordinal = larger(this.#ordinal, length);
    const size = new Float64Array(length);
    size.set(this.#size);
    this.#size = size;
    const mode = new Uint16Array(length);
    mode.set(this.#mode);
    this.#mode = mode;
    this.#uid = largerUnsigned(this.#uid, length);
    this.#gid = largerUnsigned(this.#gid, length);
    this.#slots = new Int32Array(length * 2);
    for (let node = 1; node < this.count; node += 1) this.#place(node);
  }
}

function larger(old: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const array = new Int32Array(length);
  array.set(old);
  return array;
}

function largerUnsigned(old: Uint32Array, length: number): Uint32Array<ArrayBuffer> {
  const array = new Uint32Array(length);
  array.set(old);
  return array;
}
