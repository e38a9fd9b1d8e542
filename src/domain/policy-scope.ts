/**
 * What a policy is about: all images, or those of some repositories, or those recorded in some environments, or both.
 */

export interface PolicyScope {
  /** Canonical repositories, e.g. `registry.example.com/acme/my-app`; `*` in them stands for any text, slashes too. Empty: all. */
  readonly repositories: readonly string[];
  /** Names of environments. Empty: all, and none. */
  readonly environments: readonly string[];
}

/** Where an image stands. */
export interface ImagePlaces {
  /** Canonical repositories it was pushed to. */
  readonly repositories: readonly string[];
  /** Environments it is recorded in. */
  readonly environments: readonly string[];
}

/** Whether a policy with this scope judges an image in these places: both parts must fit, an empty part fits always. */
export function isInScope(scope: PolicyScope, places: ImagePlaces): boolean {
  const inRepository =
    scope.repositories.length === 0 ||
    scope.repositories.some((pattern) => places.repositories.some((name) => fitsPattern(pattern, name)));
  const inEnvironment =
    scope.environments.length === 0 || scope.environments.some((name) => places.environments.includes(name));
  return inRepository && inEnvironment;
}

/**
 * Whether the whole of `text` is described by `pattern`, in which `*` stands for any text, also none. Each piece between stars
 * is taken at its first occurrence, which is enough for stars and needs no second try.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  const [head = "", ...pieces] = pattern.split("*");
  const tail = pieces.pop();
  if (tail === undefined) return pattern === text;
  if (!text.startsWith(head)) return false;
  let position = head.length;
  for (const piece of pieces) {
    const found = text.indexOf(piece, position);
    if (found === -1) return false;
    position = found + piece.length;
  }
  return text.length - tail.length >= position && text.endsWith(tail);
}
