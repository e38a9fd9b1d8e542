/** An issuer of ID tokens as CI systems are, on a free loopback port: discovery, keys that rotate, and tokens signed for real. */
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK, type JWTPayload } from "jose";

export interface CiIssuer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What it was asked for: paths. */
  readonly asked: string[];
  /** Another key signs from now on; the one before is told no more. */
  rotate(): Promise<void>;
  /** A token of the moment. `claims` add to and replace its own; undefined leaves one out. */
  sign(claims: Readonly<Record<string, unknown>>, now?: Date): Promise<string>;
  /** Signed by somebody else who uses this key's name. */
  forge(claims: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export async function startCiIssuer(): Promise<CiIssuer> {
  const asked: string[] = [];
  let key = await newKey();
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.setHeader("content-type", "application/json");
    if (request.url === "/.well-known/openid-configuration")
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/keys` }));
    else if (request.url === "/keys") response.end(JSON.stringify({ keys: [key.jwk] }));
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    rotate: async () => {
      key = await newKey();
    },
    sign: (claims, now) => sign(key, { iss: url, ...claims }, now),
    forge: async (claims) => sign({ ...(await newKey()), kid: key.kid }, { iss: url, ...claims }),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

async function newKey(): Promise<Key> {
  const { publicKey, privateKey } = await generateKeyPair("RS256");
  const kid = randomBytes(8).toString("hex");
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: "RS256", use: "sig" } };
}

function sign(key: Key, claims: Readonly<Record<string, unknown>>, now = new Date()): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  const payload = {
    iat: seconds,
    exp: seconds + 300,
    jti: randomBytes(8).toString("hex"),
    ...claims,
  } as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ alg: "RS256", kid: key.kid }).sign(key.privateKey);
}
