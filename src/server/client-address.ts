/** Address of the client: of the connection, or what proxies of the operator's say in front of it. */
import { BlockList, isIP } from "node:net";

/**
 * `connection`: the address of the socket. Only where it is one of `trusted` (addresses or CIDR) is `X-Forwarded-For` believed,
 * from its end up to the first address that is not trusted: what stands before that was written by anybody.
 */
export function clientAddress(
  connection: string,
  forwardedFor: string | null,
  trusted: BlockList | null,
): string {
  const hops = (forwardedFor ?? "").split(",").map((hop) => hop.trim());
  if (trusted === null) return connection;
  let address = connection;
  while (isTrusted(trusted, address)) {
    const next = hops.pop();
    if (next === undefined || isIP(next) === 0) break;
    address = next;
  }
  return address;
}

/** @throws RangeError for a word that is neither an address nor CIDR */
export function trustedProxies(words: readonly string[]): BlockList | null {
  if (words.length === 0) return null;
  const list = new BlockList();
  for (const word of words) {
    const [address = "", bits] = word.split("/");
    const family = familyOf(address);
    if (family === null) throw new RangeError(`${word} is no address`);
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

function isTrusted(trusted: BlockList, address: string): boolean {
  const bare = address.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = familyOf(bare);
  return family !== null && trusted.check(bare, family);
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? "ipv4" : "ipv6";
}
