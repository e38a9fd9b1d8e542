/** The organisation last looked at, kept in the browser. */

const KEY = "plimsoll.org";

export function readLastOrg(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function keepLastOrg(org: string): void {
  try {
    localStorage.setItem(KEY, org);
  } catch {
    // A browser that keeps nothing starts with the first organisation.
  }
}
