/**
 * Where this process may connect to, as its operator says: names, addresses and networks. Whoever adds a webhook or a registry
 * chooses an address that a worker then connects to, so the worker's networks are the operator's to open and close.
 *
 * The rules hold for everything that is fetched inside `withConnectRules`, redirects included, and are looked at where the socket is
 * made: with the address that is connected to, so that a name cannot lead somewhere else than it did when it was checked.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { lookup, type LookupAddress, type LookupOptions } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** `host` as in `URL.hostname`; `address` one of its addresses, or null where it is not known. */
export interface ConnectRules {
  /** The same for the same rules. */
  readonly id: string;
  /**
   * `null`: only the address can tell. With an address the answer is never null.
   */
  decide(host: string, address: string | null): boolean | null;
}

export interface ConnectRuleWords {
  readonly allow: readonly string[];
  readonly deny: readonly string[];
}

/**
 * Words are `registry.example.com`, `*.example.com` (the names below it), `192.0.2.7`, `2001:db8::/32`. With `allow` alone only that is
 * reached; with `deny` alone all but that; with both all but `deny`, from which `allow` makes exceptions. Null without any word.
 * @throws RangeError for what is none of these
 */
export function parseConnectRules({ allow, deny }: ConnectRuleWords): ConnectRules | null {
  if (allow.length === 0 && deny.length === 0) return null;
  const allowed = parsePlaces(allow);
  const denied = parsePlaces(deny);
  return {
    id: JSON.stringify([allow, deny]),
    decide(hostname, address) {
      const host = bare(hostname);
      const at = address ?? (isIP(host) === 0 ? null : host);
      if (allowed.has(host, at)) return true;
      if (denied.hasName(host)) return false;
      if (at !== null) return deny.length > 0 && !denied.has(host, at);
      return allowed.hasNetworks || deny.length > 0 ? null : false;
    },
  };
}

/** Everything that `work` fetches, however deep, obeys `rules`; null: no rules. */
export function withConnectRules<T>(rules: ConnectRules | null, work: () => T): T {
  return current.run(rules, work);
}

export function currentConnectRules(): ConnectRules | null {
  return current.getStore() ?? null;
}

const current = new AsyncLocalStorage<ConnectRules | null>();

/** What `net.connect` looks names up by: only the addresses that the rules let through. */
export function lookupBy(rules: ConnectRules): LookupFunction {
  return (host, options, done) => {
    const wanted: LookupOptions & { all: true } = { ...options, all: true };
    lookup(host, wanted, (error, found) => {
      const open = error === null ? found.filter(({ address }) => rules.decide(host, address) === true) : [];
      const failure = error ?? (open.length === 0 ? notAllowed() : null);
      const [first] = open;
      if (options.all === true) done(failure, open);
      else done(failure, first?.address ?? "", first?.family ?? 0);
    });
  };
}

/** Whether a name may be reached through a proxy, which looks it up itself: as far as this machine knows its addresses. */
export async function mayProxy(rules: ConnectRules, host: string): Promise<boolean> {
  const decided = rules.decide(host, null);
  if (decided !== null) return decided;
  const found = await new Promise<readonly LookupAddress[]>((resolve) => {
    lookup(host, { all: true }, (error, addresses) => resolve(error === null ? addresses : []));
  });
  return found.length > 0 && found.every(({ address }) => rules.decide(host, address) === true);
}

/** Thrown where a socket would be made. */
export function notAllowed(): Error {
  return Object.assign(new Error("the operator does not allow it"), { code: NOT_ALLOWED });
}

/** Reason of a failure, as HTTP_FAILED has it. */
export const NOT_ALLOWED = "NOT_ALLOWED";

interface Places {
  readonly hasNetworks: boolean;
  hasName(host: string): boolean;
  has(host: string, address: string | null): boolean;
}

function parsePlaces(words: readonly string[]): Places {
  const networks = new BlockList();
  const names = new Set<string>();
  const domains: string[] = [];
  for (const word of words) {
    const [address = "", bits] = word.split("/");
    const family = familyOf(address);
    if (family === null) {
      if (/[:/]/.test(word)) throw new RangeError(`${word} is no network`);
      if (word.startsWith("*.")) domains.push(bare(word.slice(1)));
      else names.add(bare(word));
    } else if (bits === undefined) networks.addAddress(address, family);
    else networks.addSubnet(address, Number(bits), family);
  }
  const hasName = (host: string): boolean => names.has(host) || domains.some((end) => host.endsWith(end));
  return {
    hasNetworks: networks.rules.length > 0,
    hasName,
    has: (host, address) => {
      const family = address === null ? null : familyOf(address);
      // Node matches an address of IPv4 that is mapped to IPv6 by the networks of both.
      return hasName(host) || (address !== null && family !== null && networks.check(address, family));
    },
  };
}

function familyOf(address: string): "ipv4" | "ipv6" | null {
  const version = isIP(address);
  if (version === 0) return null;
  return version === 4 ? "ipv4" : "ipv6";
}

/** Lower case, without brackets and the final dot of a full name. */
function bare(hostname: string): string {
  const host = hostname.toLowerCase();
  if (host.startsWith("[") && host.endsWith("]")) return host.slice(1, -1);
  return host.length > 1 && host.endsWith(".") ? host.slice(0, -1) : host;
}
