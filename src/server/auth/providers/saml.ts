/**
 * SAML 2.0, browser sign-in begun here: a request by redirect, an assertion by POST. The assertion itself must be signed, for this
 * server, for the request that was made, and not long ago. What was not under the signature is not looked at.
 * https://docs.oasis-open.org/security/saml/v2.0/saml-profiles-2.0-os.pdf section 4.1
 */
import { randomBytes } from "node:crypto";
import { SAML, ValidateInResponseTo, type Profile } from "@node-saml/node-saml";
import { samlSettings, type SamlSettings } from "../../../api/rest/sign-in.ts";
import { PlimsollError } from "../../../domain/error.ts";
import type { SignInProvider } from "../../../store/stores/sign-in-providers.ts";
import { toPerson, type ProvenPerson } from "./person.ts";

/** What the browser's cookie keeps. */
export interface SamlFlow {
  readonly requestId: string;
}

/** Of this server, as the provider knows it. */
export interface SamlSelf {
  /** Where assertions are posted. */
  readonly callback: string;
  readonly entityId: string;
}

export interface ProvenAssertion {
  readonly person: ProvenPerson;
  /** Of the assertion: it counts once. */
  readonly id: string;
  /** Of the request that it answers. */
  readonly inResponseTo: string;
  readonly expiresAt: Date;
}

export async function beginSaml(
  provider: SignInProvider,
  self: SamlSelf,
): Promise<{ readonly url: string; readonly flow: SamlFlow }> {
  // An XML name does not begin with a digit.
  const requestId = `_${randomBytes(20).toString("hex")}`;
  const saml = open(readSettings(provider), self, requestId);
  return { url: await saml.getAuthorizeUrlAsync("", undefined, {}), flow: { requestId } };
}

/** `response`: base64, as the browser posted it. @throws PlimsollError SIGN_IN_UNPROVED, SIGN_IN_REFUSED */
export async function proveAssertion(
  provider: SignInProvider,
  self: SamlSelf,
  response: string,
): Promise<ProvenAssertion> {
  const settings = readSettings(provider);
  // No part of SAML needs one, and what one defines is text that nobody signed.
  if (/<!DOCTYPE/i.test(Buffer.from(response, "base64").toString("utf8"))) throw unproved("it has a DOCTYPE");
  let profile: Profile | null;
  try {
    ({ profile } = await open(settings, self, "_unused").validatePostResponseAsync({
      SAMLResponse: response,
    }));
  } catch (cause) {
    throw unproved("its signature, time or audience is wrong", cause);
  }
  if (profile === null) throw unproved("it is about nobody");
  if (profile.issuer !== settings.issuer) throw unproved("it is another provider's");
  const { id, inResponseTo, expiresAt } = readAssertion(profile, self);
  const attributes = (profile["attributes"] ?? {}) as Readonly<Record<string, unknown>>;
  const read = (name: string): unknown => (Object.hasOwn(attributes, name) ? attributes[name] : undefined);
  const { nameAttribute, displayNameAttribute, groupsAttribute } = settings;
  const person = toPerson({
    subject: profile.nameID,
    name: nameAttribute === null ? profile.nameID : read(nameAttribute),
    displayName: read(displayNameAttribute),
    groups: read(groupsAttribute),
  });
  return { person, id, inResponseTo, expiresAt };
}

/** One confirmation of the signed assertion must be a bearer's, for this address, and answer a request. */
function readAssertion(
  profile: Profile,
  { callback }: SamlSelf,
): Pick<ProvenAssertion, "id" | "inResponseTo" | "expiresAt"> {
  const assertion = (profile.getAssertion?.()["Assertion"] ?? {}) as unknown as ParsedAssertion;
  const confirmations = assertion.Subject?.[0]?.SubjectConfirmation ?? [];
  const found = confirmations.find(({ $, SubjectConfirmationData: said }) => {
    return $?.["Method"] === BEARER && said?.[0]?.$?.["Recipient"] === callback;
  });
  const { InResponseTo: inResponseTo, NotOnOrAfter: until = "" } =
    found?.SubjectConfirmationData?.[0]?.$ ?? {};
  const id = assertion.$?.["ID"];
  const expiresAt = new Date(until);
  if (id === undefined || Number.isNaN(expiresAt.getTime()))
    throw unproved("it is for another address, or has no end");
  if (inResponseTo === undefined) throw unproved("nobody asked for it");
  // The library passes an assertion whose confirmations are all over, as long as its conditions hold.
  if (expiresAt.getTime() + SKEW_MS <= Date.now()) throw unproved("its time is over");
  return { id, inResponseTo, expiresAt };
}

/** As xml2js makes it of the signed text, prefixes left out. */
interface ParsedAssertion extends Attributes {
  readonly Subject?: readonly {
    readonly SubjectConfirmation?: readonly (Attributes & {
      readonly SubjectConfirmationData?: readonly Attributes[];
    })[];
  }[];
}

interface Attributes {
  readonly $?: Readonly<Record<string, string | undefined>>;
}

function open(settings: SamlSettings, self: SamlSelf, requestId: string): SAML {
  return new SAML({
    entryPoint: settings.entryPoint,
    issuer: self.entityId,
    callbackUrl: self.callback,
    idpCert: settings.certificates,
    audience: self.entityId,
    wantAssertionsSigned: true,
    // Either may be signed as a whole; the assertion always is.
    wantAuthnResponseSigned: false,
    // The request's id is held against the browser's cookie.
    validateInResponseTo: ValidateInResponseTo.never,
    acceptedClockSkewMs: SKEW_MS,
    maxAssertionAgeMs: AGE_MAX_MS,
    identifierFormat: null,
    disableRequestedAuthnContext: true,
    generateUniqueId: () => requestId,
  });
}

function readSettings({ settings }: SignInProvider): SamlSettings {
  return samlSettings.parse(settings);
}

function unproved(why: string, cause?: unknown): PlimsollError {
  return new PlimsollError("SIGN_IN_UNPROVED", `The assertion is not taken: ${why}.`, { cause });
}

const BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const SKEW_MS = 30_000;
const AGE_MAX_MS = 10 * 60_000;
