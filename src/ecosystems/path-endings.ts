/** Which ecosystems are to be asked of a path, by its last four characters. */
import type { Ecosystem } from "./types.ts";

const LENGTH = 4;
const COUNT = 1 << 12;

/** The last characters of a path, mixed: paths that end alike have the same number, below the length of `orderByEnding`. */
export function endingOf(path: string): number {
  let mixed = 0;
  // Before the start of the path a character counts as 0.
  for (let i = path.length - LENGTH; i < path.length; i += 1)
    mixed = Math.imul(mixed, 37) + (path.charCodeAt(i) | 0);
  return mixed & (COUNT - 1);
}

/**
 * By `endingOf` a path: those of `ecosystems`, in their order, that may want it in an image.
 * @throws TypeError for an ending that is too short
 */
export function orderByEnding(ecosystems: readonly Ecosystem[]): readonly (readonly Ecosystem[])[] {
  const always = ecosystems.filter(({ endings }) => endings === undefined);
  const lists = Array.from({ length: COUNT }, () => always);
  for (const ending of new Set(ecosystems.flatMap(({ endings }) => endings ?? []))) {
    if (ending.length < LENGTH) throw new TypeError(`the ending ${ending} is too short`);
    const number = endingOf(ending);
    lists[number] = ecosystems.filter(
      ({ endings }) => endings === undefined || endings.some((other) => endingOf(other) === number),
    );
  }
  return lists;
}
