/**
 * `yarn.lock`, classic (https://classic.yarnpkg.com/lang/en/docs/yarn-lock/) and of Yarn 2 and later: blocks with a line of wanted
 * ranges as key. The `checksum` of later versions is that of an archive which Yarn makes itself, so it is no digest of the package.
 */
import { hexDigest, integrityDigests } from "../shared/digests.ts";
import type { PackageDigest } from "../../domain/package.ts";
import {
  parseFailed,
  recordInvalid,
  type LockComplaint,
  type LockReading,
  type PinnedPackage,
} from "../shared/pinned.ts";
import { isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import { vcsUrl } from "../shared/vcs-url.ts";
import { linesOf, readBlocks, type Block } from "./indented.ts";
import { isLocal } from "./local.ts";

/** Packages of folders, links and workspaces are the project's own and are left out. */
export function readYarnLock(text: string): LockReading {
  const blocks: { readonly block: Block; readonly origin: Origin }[] = [];
  const complaints: LockComplaint[] = [];
  for (const block of readBlocks(linesOf(text), 0)) {
    if (block.key === "__metadata") continue;
    const origin = originOf(block);
    if (origin !== null && isLocal(origin.range)) continue;
    const version = block.fields.get("version");
    if (origin !== null && isToken(origin.name, nameLengthMax) && isToken(version, versionLengthMax))
      blocks.push({ block, origin });
    else complaints.push(recordInvalid(block.key, "has no valid name and version"));
  }
  if (blocks.length === 0 && complaints.length === 0 && !/^(# yarn lockfile v1|__metadata:)/m.test(text)) {
    return parseFailed("the file is no lock file of Yarn");
  }
  const ids = new Descriptors();
  for (const [index, { block }] of blocks.entries()) ids.add(block.key, String(index));
  const pinned = blocks.map(({ block, origin }, index): PinnedPackage => {
    const needs = ["dependencies", "optionalDependencies"].flatMap((list) => block.lists.get(list) ?? []);
    const peers = (block.lists.get("peerDependencies") ?? []).map(([name]) => ids.only(name));
    return {
      name: origin.name,
      version: block.fields.get("version") ?? "",
      license: null,
      digests: digestsOf(block),
      id: String(index),
      needs: [...needs.map(([name, range]) => ids.find(name, range)), ...peers].filter((id) => id !== null),
      vcsUrl: vcsUrl(block.fields.get("resolved") ?? origin.range),
    };
  });
  return { pinned, complaints };
}

/** Which block answers a wanted range. */
class Descriptors {
  readonly #byDescriptor = new Map<string, string>();
  readonly #byName = new Map<string, Set<string>>();

  add(key: string, id: string): void {
    for (const descriptor of descriptorsOf(key)) {
      this.#byDescriptor.set(descriptor, id);
      const name = splitDescriptor(descriptor)?.name ?? "";
      const ids = this.#byName.get(name) ?? new Set();
      this.#byName.set(name, ids.add(id));
    }
  }

  /** Later versions of Yarn leave out `npm:` in a range. A range that was overruled (`resolutions`) has no block: the only one of its name. */
  find(name: string, range: string): string | null {
    const id = this.#byDescriptor.get(`${name}@${range}`) ?? this.#byDescriptor.get(`${name}@npm:${range}`);
    return id ?? this.only(name);
  }

  /** The only block of a name. Who provides a peer is not written; where there is one version, it is that one. */
  only(name: string): string | null {
    const ids = this.#byName.get(name);
    return ids?.size === 1 ? (ids.values().next().value ?? null) : null;
  }
}

/** `a@^1.0.0", "a@^1.1.0` (classic, outer quotes gone), `a@npm:^1.0.0, a@npm:^1.1.0`. */
function descriptorsOf(key: string): readonly string[] {
  return key.replaceAll('"', "").split(", ");
}

function digestsOf({ fields }: Block): readonly PackageDigest[] {
  const digests = integrityDigests(fields.get("integrity"));
  if (digests.length > 0) return digests;
  const resolved = fields.get("resolved") ?? "";
  // The fragment of a repository's address is a commit.
  const sha1 =
    vcsUrl(resolved) === null ? hexDigest("sha1", resolved.slice(resolved.indexOf("#") + 1)) : null;
  return sha1 === null ? [] : [sha1];
}

interface Origin {
  readonly name: string;
  /** What follows the name's `@`: `^1.0.0`, `npm:^1.0.0`, `workspace:.`, `file:./x`. */
  readonly range: string;
}

/** Later versions of Yarn say what a block resolved to; in classic an alias shows in the range: `a@npm:real@^1.0.0`. */
function originOf({ key, fields }: Block): Origin | null {
  const resolution = fields.get("resolution");
  if (resolution !== undefined) return splitDescriptor(resolution);
  const first = splitDescriptor(descriptorsOf(key.slice(0, descriptorLengthMax))[0] ?? "");
  if (first === null || !first.range.startsWith("npm:")) return first;
  return splitDescriptor(first.range.slice(4)) ?? first;
}

const descriptorLengthMax = 2000;

/** Name and range of `@scope/name@range`; null without a range. */
function splitDescriptor(text: string): Origin | null {
  const at = text.indexOf("@", 1);
  return at === -1 ? null : { name: text.slice(0, at), range: text.slice(at + 1) };
}
