/**
 * Rules: private keys and signed tokens, whatever they are for.
 */
import { tokenPattern } from "../pattern.ts";
import type { SecretRule } from "../types.ts";

const token = { kind: "token" } as const;

/** Lines of a key: real line ends, or `\n` as JSON and shell write it. */
const BODY = String.raw`(?:[A-Za-z0-9+/=:,. \t-]|\r?\n|\\r|\\n){0,300}?(?<secret>[A-Za-z0-9+/]{40,80})`;

function pemPattern(label: string): RegExp {
  return new RegExp(String.raw`-----BEGIN ${label}-----${BODY}`, "dg");
}

export const keyRules: readonly SecretRule[] = [
  {
    ...token,
    id: "private-key",
    title: "Private key",
    severity: "high",
    kind: "password",
    keywords: ["PRIVATE KEY-----"],
    pattern: pemPattern("(?:RSA |DSA |EC |OPENSSH |SSH2 |ANY )?PRIVATE KEY"),
    entropyMin: 3.5,
    before: 32,
  },
  {
    ...token,
    id: "encrypted-private-key",
    title: "Private key, encrypted by a password",
    severity: "low",
    kind: "password",
    keywords: ["ENCRYPTED PRIVATE KEY-----"],
    pattern: pemPattern("(?:SSH2 )?ENCRYPTED PRIVATE KEY"),
    entropyMin: 3.5,
    before: 32,
  },
  {
    ...token,
    id: "pgp-private-key",
    title: "PGP private key",
    severity: "high",
    kind: "password",
    keywords: ["PGP PRIVATE KEY BLOCK-----"],
    pattern: pemPattern("PGP PRIVATE KEY BLOCK"),
    entropyMin: 3.5,
    before: 32,
  },
  {
    ...token,
    id: "putty-private-key",
    title: "PuTTY private key",
    severity: "high",
    kind: "password",
    keywords: ["PuTTY-User-Key-File-"],
    pattern:
      /PuTTY-User-Key-File-[23]: [^\r\n]{1,80}\r?\nEncryption: none\r?\n[^\0]{0,4000}?Private-Lines: \d{1,4}\r?\n(?<secret>[A-Za-z0-9+/=]{16,80})/dg,
    entropyMin: 3.5,
    after: 6000,
  },
  {
    ...token,
    id: "encoded-private-key",
    title: "Private key in Base64, as in a kubeconfig",
    severity: "high",
    kind: "password",
    keywords: [
      "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt",
      "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0t",
      "LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ",
      "LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0t",
    ],
    pattern: /(?<secret>LS0tLS1CRUdJTiB[A-Za-z0-9+/]{100,400})/dg,
    entropyMin: 4,
  },
  {
    ...token,
    id: "wireguard-private-key",
    title: "WireGuard private key",
    severity: "high",
    keywords: ["PrivateKey ="],
    pattern: /(?:^|\n)PrivateKey = (?<secret>[A-Za-z0-9+/]{43}=)(?=\s|$)/dg,
    entropyMin: 4,
  },
  {
    ...token,
    id: "json-web-token",
    title: "JSON web token",
    severity: "medium",
    keywords: ["eyJh", "eyJ0", "eyJr", "eyJj"],
    pattern: tokenPattern(String.raw`eyJ[htkc][\w-]{15,600}\.eyJ[\w-]{20,1500}\.[\w-]{32,1000}`),
    entropyMin: 4.5,
    after: 3200,
    // Of the specification (RFC 7519 and 7515) and jwt.io.
    allowed: [/\.eyJzdWIiOiIxMjM0NTY3ODkw/, /\.eyJpc3MiOiJqb2UiLA0K/],
  },
];
