/** Addresses as settings and flags write them: where a server listens, and where one is reached. */

/** Port 0 is a free one of the system's choice. */
export interface ListenAddress {
  /** Name or address without brackets. */
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:7300`, `[::1]:7300`, `:7300` (every address of the machine); null when it is none of these. */
export function parseListenAddress(word: string): ListenAddress | null {
  const found = /^(?:\[([0-9A-Fa-f:.]{2,45})\]|([A-Za-z0-9._-]{0,253})):(\d{1,5})$/.exec(word);
  const port = Number(found?.[3]);
  if (found === null || port > PORT_MAX) return null;
  const host = found[1] ?? found[2] ?? "";
  return { host: host === "" ? "0.0.0.0" : host, port };
}

/** As `parseListenAddress` reads it back. */
export function formatListenAddress({ host, port }: ListenAddress): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * The origin of a server, `https://plimsoll.example.com`, without a slash at the end; null for anything that has more than scheme,
 * host and port: a path would be dropped in silence, and a password would end in logs.
 */
export function parseServerUrl(word: string): string | null {
  const url = URL.parse(word);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return null;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") return null;
  return url.pathname === "/" ? url.origin : null;
}

const PORT_MAX = 65_535;
