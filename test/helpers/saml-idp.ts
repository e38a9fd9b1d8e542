/** A provider of SAML that signs for real: assertions as the standard has them, and what attackers make of them. */
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { inflateRawSync } from "node:zlib";
import { signXml } from "@node-saml/node-saml/lib/xml.js";

export interface SamlClaims {
  readonly inResponseTo: string | null;
  readonly audience: string;
  readonly recipient: string;
  readonly nameId: string;
  readonly groups: readonly string[];
  readonly issuer?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  readonly confirmedFor?: number;
}

export interface SamlIdp {
  readonly issuer: string;
  /** PEM of the public key. */
  readonly publicKey: string;
  /** The response as XML with a signed assertion; `sign: null` leaves the signature out, another key is an impostor's. */
  respond(claims: SamlClaims, sign?: "own" | "other" | null): string;
}

export function makeSamlIdp(): SamlIdp {
  const issuer = "https://idp.example.com/metadata";
  const own = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    issuer,
    publicKey: own.publicKey.export({ type: "spki", format: "pem" }).toString(),
    respond: (claims, sign = "own") => {
      const xml = responseOf({ issuer, ...claims });
      if (sign === null) return xml;
      const privateKey = (sign === "own" ? own : other).privateKey.export({ type: "pkcs8", format: "pem" });
      const place = "//*[local-name(.)='Assertion']";
      const location = { reference: `${place}/*[local-name(.)='Issuer']`, action: "after" } as const;
      return signXml(xml, place, location, {
        privateKey: privateKey.toString(),
        signatureAlgorithm: "sha256",
        digestAlgorithm: "sha256",
      });
    },
  };
}

/** As the browser posts it. */
export function asForm(xml: string): URLSearchParams {
  return new URLSearchParams({ SAMLResponse: Buffer.from(xml).toString("base64") });
}

/** The id of the request in an address that the server sends browsers to. */
export function requestIdOf(url: string): string {
  const packed = new URL(url).searchParams.get("SAMLRequest") ?? "";
  return / ID="([^"]+)"/.exec(inflateRawSync(Buffer.from(packed, "base64")).toString())?.[1] ?? "";
}

function responseOf(claims: SamlClaims & { readonly issuer: string }): string {
  const { inResponseTo, audience, recipient, nameId, groups, issuer, expiresIn = 300 } = claims;
  const time = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
  const answers = inResponseTo === null ? "" : ` InResponseTo="${inResponseTo}"`;
  const id = (): string => `_${randomBytes(16).toString("hex")}`;
  const values = groups.map((group) => `<saml:AttributeValue>${group}</saml:AttributeValue>`).join("");
  const confirmed = time(claims.confirmedFor ?? expiresIn);
  return (
    `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${id()}" Version="2.0" IssueInstant="${time(0)}"${answers} Destination="${recipient}">` +
    `<saml:Issuer>${issuer}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status>` +
    `<saml:Assertion ID="${id()}" Version="2.0" IssueInstant="${time(0)}"><saml:Issuer>${issuer}</saml:Issuer>` +
    `<saml:Subject><saml:NameID>${nameId}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${confirmed}" Recipient="${recipient}"${answers}/></saml:SubjectConfirmation></saml:Subject>` +
    `<saml:Conditions NotBefore="${time(-60)}" NotOnOrAfter="${time(expiresIn)}"><saml:AudienceRestriction><saml:Audience>${audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>` +
    `<saml:AuthnStatement AuthnInstant="${time(0)}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>` +
    `<saml:AttributeStatement><saml:Attribute Name="groups">${values}</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`
  );
}
