/**
 * How a connection is made where the address alone does not tell: over a Unix socket, by a proxy, with further certificates.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { BlockList, isIP } from "node:net";
import { getCACertificates } from "node:tls";
import { PlimsollError } from "../domain/error.ts";
import { printable } from "../domain/problem.ts";

export interface HttpRoute {
  /** Unix socket that is connected to instead of the address's host. */
  readonly socketPath?: string;
  /** PEM of further authorities that the server's certificate may come from. */
  readonly ca?: string;
  /** PEM of the client's certificate and of its key. */
  readonly cert?: string;
  readonly key?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The same for the same route; holds no key. */
export function routeId(route: HttpRoute | null): string {
  return route === null ? "" : createHash("sha256").update(JSON.stringify(route)).digest("hex");
}

/**
 * The proxy for an address by HTTPS_PROXY, HTTP_PROXY and NO_PROXY (lower case wins), or null. NO_PROXY lists hosts, which stand
 * for the names below them too (`example.com`, `.example.com`, `*.example.com`), addresses and networks (`10.0.0.0/8`, `fd00::/8`),
 * each with a port or without, or `*`. Names are not looked up: a network is that of addresses as they are written.
 */
export function proxyFor(url: URL, env: Environment): string | null {
  const read = (name: string): string => (env[name.toLowerCase()] || env[name] || "").trim();
  const proxy = url.protocol === "https:" ? read("HTTPS_PROXY") : read("HTTP_PROXY");
  if (proxy === "") return null;
  const host = bare(url.hostname);
  const port = url.port === "" ? (url.protocol === "https:" ? "443" : "80") : url.port;
  const isDirect = read("NO_PROXY")
    .split(/[,\s]/)
    .some((word) => word !== "" && isMeant(word, host, port));
  if (isDirect) return null;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

function isMeant(word: string, host: string, port: string): boolean {
  if (word === "*") return true;
  // A bare IPv6 address or network has colons, but no port.
  const isBare = /^[0-9A-Fa-f:.]{2,60}(?:\/\d{1,3})?$/.test(word) && word.split(":").length > 2;
  const [, name = word, wantedPort] = (isBare ? null : /^(.{1,260}?)(?::(\d{1,5}))?$/.exec(word)) ?? [];
  if (wantedPort !== undefined && Number(wantedPort) !== Number(port)) return false;
  if (isIP(host) !== 0) return isOfNetwork(name, host);
  const suffix = bare(name.replace(/^\*?\./, ""));
  return suffix !== "" && (host === suffix || host.endsWith(`.${suffix}`));
}

/** `10.0.0.0/8`, `[fd00::]/8`, `192.0.2.7`; however the address is written, mapped to IPv6 too. */
function isOfNetwork(word: string, host: string): boolean {
  const [, address = "", written] = /^\[?([0-9A-Fa-f:.]{2,60})\]?(?:\/(\d{1,3}))?$/.exec(word) ?? [];
  const version = isIP(address);
  const bits = version === 4 ? 32 : 128;
  const prefix = written === undefined ? bits : Number(written);
  if (version === 0 || prefix > bits) return false;
  const network = new BlockList();
  network.addSubnet(address, prefix, version === 4 ? "ipv4" : "ipv6");
  return network.check(host, isIP(host) === 4 ? "ipv4" : "ipv6");
}

/** Lower case, without brackets and the final dot. */
function bare(hostname: string): string {
  return hostname
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/(?<=.)\.$/, "");
}

/** Files of authorities that are trusted besides Node's own, by variable; Node itself reads NODE_EXTRA_CA_CERTS. */
const caVariables: readonly string[] = ["PLIMSOLL_CA_FILE", "SSL_CERT_FILE"];
const CA_BYTES_MAX = 16 * 1024 ** 2;

/**
 * Every authority that a TLS connection may trust, or null for Node's own alone.
 * @throws PlimsollError CONFIG_INVALID for a file that cannot be read
 */
export function trustedAuthorities(route: HttpRoute | null, env: Environment): string[] | null {
  const files = caVariables.flatMap((variable) => {
    const path = env[variable];
    return path === undefined || path === "" || path === env["NODE_EXTRA_CA_CERTS"]
      ? []
      : [{ variable, path }];
  });
  const further = [...files.map(readAuthorities), ...(route?.ca === undefined ? [] : [route.ca])];
  return further.length === 0 ? null : [...getCACertificates("default"), ...further];
}

function readAuthorities({ variable, path }: { readonly variable: string; readonly path: string }): string {
  try {
    if (statSync(path).size <= CA_BYTES_MAX) return readFileSync(path, "utf8");
  } catch (cause) {
    throw new PlimsollError(
      "CONFIG_INVALID",
      `The file of ${variable}, ${printable(path)}, cannot be read.`,
      { cause },
    );
  }
  throw new PlimsollError("CONFIG_INVALID", `The file of ${variable} is larger than ${CA_BYTES_MAX} bytes.`);
}
