/**
 * Pairs of versions worth asking a tool about: hand-written edges, neighbours in real packages, and small changes to real
 * versions. Two versions drawn at random mostly differ in their first number and test little.
 */

export type Pair = readonly [string, string];

/** Pairs in a fixed order for the same input: edges first, then real and changed ones by turns. */
export function makePairs(
  edges: readonly string[],
  packages: readonly (readonly string[])[],
  isAskable: (version: string) => boolean,
): readonly Pair[] {
  const random = randomFrom(20_261_121);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const pairs: Pair[] = [];
  for (const [index, edge] of edges.entries()) {
    pairs.push([edge, edge]);
    for (const other of edges.slice(index + 1)) {
      if (random() < edgePairsWanted / (edges.length * edges.length)) pairs.push([edge, other]);
    }
  }
  const several = packages.filter((versions) => versions.length > 1);
  const alphabet = [...new Set([...edges.join(""), ..."0123456789.-+~_abcprz"])];
  for (let round = 0; round < realPairsWanted; round++) {
    const versions = pick(several);
    pairs.push([pick(versions), pick(versions)]);
    const version = pick(versions);
    pairs.push([version, change(version, random, alphabet)]);
    const once = change(pick(edges), random, alphabet);
    pairs.push([once, change(once, random, alphabet)]);
  }
  return pairs.filter((pair) => pair.every(isAskable));
}

const edgePairsWanted = 1800;
const realPairsWanted = 3500;

/** One small change: a character added, dropped, replaced or repeated, or the end cut off. */
function change(version: string, random: () => number, alphabet: readonly string[]): string {
  const at = Math.floor(random() * (version.length + 1));
  const character = alphabet[Math.floor(random() * alphabet.length)] ?? "0";
  const before = version.slice(0, at);
  const after = version.slice(at);
  switch (Math.floor(random() * 5)) {
    case 0:
      return before + character + after;
    case 1:
      return before + after.slice(1);
    case 2:
      return before + character + after.slice(1);
    case 3:
      return before + after.slice(0, 1) + after;
    default:
      return before === "" ? version : before;
  }
}

/** Random numbers from 0 to 1 that are the same for the same seed (a linear congruential generator, modulus 2^32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
