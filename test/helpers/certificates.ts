/**
 * An authority and certificates of hosts, made for one test: X.509 v3 (RFC 5280) in DER, signed with ECDSA on P-256. Only what TLS
 * looks at is in them.
 */
import { createPrivateKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from "node:crypto";

export interface Authority {
  /** PEM of its certificate. */
  readonly cert: string;
  /** A certificate for a name or an IPv4 address, in PEM with its key. */
  issue(host: string): { readonly cert: string; readonly key: string };
}

export function makeAuthority(name = "Test Authority"): Authority {
  const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const ownName = nameOf(name);
  const basic = extension("551d13", true, sequence(tlv(0x01, Buffer.from([0xff]))));
  const cert = certificate(
    { issuer: ownName, subject: ownName, key: pair.publicKey, extensions: [basic] },
    pair.privateKey,
  );
  return {
    cert: pem(cert),
    issue: (host) => {
      const own = generateKeyPairSync("ec", { namedCurve: "P-256" });
      const alternative = extension("551d11", false, sequence(generalName(host)));
      const told = { issuer: ownName, subject: nameOf(host), key: own.publicKey, extensions: [alternative] };
      const key = createPrivateKey(own.privateKey.export({ type: "pkcs8", format: "pem" }));
      return {
        cert: pem(certificate(told, pair.privateKey)),
        key: key.export({ type: "pkcs8", format: "pem" }).toString(),
      };
    },
  };
}

interface Told {
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
}

function certificate({ issuer, subject, key, extensions }: Told, by: KeyObject): Buffer {
  const algorithm = sequence(oid("2a8648ce3d040302"));
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(8)]);
  const year = new Date().getUTCFullYear();
  const validity = sequence(time(year - 1), time(year + 1));
  const body = sequence(
    tlv(0xa0, tlv(0x02, Buffer.from([2]))),
    tlv(0x02, serial),
    algorithm,
    issuer,
    validity,
    subject,
    key.export({ type: "spki", format: "der" }),
    tlv(0xa3, sequence(...extensions)),
  );
  const signature = sign("sha256", body, by);
  return sequence(body, algorithm, tlv(0x03, Buffer.concat([Buffer.from([0]), signature])));
}

function nameOf(text: string): Buffer {
  return sequence(tlv(0x31, sequence(oid("550403"), tlv(0x0c, Buffer.from(text)))));
}

function generalName(host: string): Buffer {
  const isAddress = /^\d+(?:\.\d+){3}$/.test(host);
  return isAddress ? tlv(0x87, Buffer.from(host.split(".").map(Number))) : tlv(0x82, Buffer.from(host));
}

function extension(id: string, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [tlv(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...critical, tlv(0x04, value));
}

function time(year: number): Buffer {
  return tlv(0x17, Buffer.from(`${String(year % 100).padStart(2, "0")}0101000000Z`));
}

function oid(hex: string): Buffer {
  return tlv(0x06, Buffer.from(hex, "hex"));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tlv(0x30, Buffer.concat(parts));
}

function tlv(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), value]);
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/(.{64})/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}
