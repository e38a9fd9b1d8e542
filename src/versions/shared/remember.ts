/**
 * Memory for what was read of a version: matching compares one installed version with many bounds, and reading is what costs.
 */

/** `read` with its newest results remembered. What it throws is not remembered. The answers are the same as those of `read`. */
export function remember<T>(read: (version: string) => T): (version: string) => T {
  const known = new Map<string, T>();
  return (version) => {
    const remembered = known.get(version);
    if (remembered !== undefined) return remembered;
    const parsed = read(version);
    // Forgetting all at once is cheaper than keeping an order, and costs one more reading each.
    if (known.size >= rememberedMax) known.clear();
    known.set(version, parsed);
    return parsed;
  };
}

/** At most about 1 MB a scheme. */
const rememberedMax = 2048;
