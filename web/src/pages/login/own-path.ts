/** Where to go after signing in. Anybody may write the address of the page, so only paths of the dashboard itself are followed. */

/** `/o/acme/images?q=x`; anything else is `/`. */
export function ownPath(next: string | undefined): string {
  if (next === undefined || !/^\/(?![/\\])[^\\]*$/.test(next)) return "/";
  const { origin, pathname, search, hash } = new URL(next, ORIGIN);
  return origin === ORIGIN && pathname !== "/login" ? pathname + search + hash : "/";
}

const ORIGIN = "http://dashboard.invalid";
