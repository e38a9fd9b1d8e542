/**
 * LDAP: the person is searched by a name, and proved by a bind with the password on a connection of its own.
 * https://www.rfc-editor.org/rfc/rfc4511, https://www.rfc-editor.org/rfc/rfc4513
 */
import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls, rootCertificates, type ConnectionOptions } from "node:tls";
import {
  AndFilter,
  Client,
  EqualityFilter,
  FilterParser,
  InvalidCredentialsError,
  type Entry,
  type Filter,
} from "ldapts";
import { ldapSettings, type LdapSettings } from "../../../api/rest/sign-in.ts";
import { PlimsollError } from "../../../domain/error.ts";
import { lookupBy, notAllowed, type ConnectRules } from "../../../io/connect-rules.ts";
import type { OpenProvider } from "./oidc.ts";
import { toPerson, type ProvenPerson } from "./person.ts";

export interface LdapDirectories {
  /**
   * Who it is. Somebody who is not there, somebody who is there twice and a wrong password are one answer.
   * @throws PlimsollError SIGN_IN_FAILED, SIGN_IN_REFUSED, SIGN_IN_PROVIDER_FAILED
   */
  check(
    open: OpenProvider,
    typed: { readonly name: string; readonly password: string },
  ): Promise<ProvenPerson>;
}

export function createLdapDirectories(rules: ConnectRules | null): LdapDirectories {
  return {
    check: async ({ provider, secret }, typed) => {
      // An empty password is an anonymous bind, which succeeds as nobody. RFC 4513 section 5.1.2
      if (typed.password === "") throw failed();
      const settings = ldapSettings.parse(provider.settings);
      try {
        return await withClient(rules, settings, async (searching) => {
          if (settings.bindDn !== null) await searching.bind(settings.bindDn, secret ?? "");
          return await prove(rules, settings, searching, typed);
        });
      } catch (error) {
        if (error instanceof PlimsollError) throw error;
        const message = "The directory does not answer as it should.";
        throw new PlimsollError("SIGN_IN_PROVIDER_FAILED", message, { cause: error });
      }
    },
  };
}

async function prove(
  rules: ConnectRules | null,
  settings: LdapSettings,
  searching: Client,
  typed: { readonly name: string; readonly password: string },
): Promise<ProvenPerson> {
  const entry = await findPerson(settings, searching, typed.name);
  // Whoever is not there is asked for a bind all the same, which takes as long.
  const dn = entry?.dn ?? `cn=nobody,${settings.baseDn}`;
  const isRight = await withClient(rules, settings, (own) => mayBind(own, dn, typed.password));
  if (entry === null || !isRight) throw failed();
  return toPerson({
    subject: idOf(entry[settings.idAttribute]),
    // As the directory writes it: what was typed may differ in case and spaces.
    name: textsOf(entry[settings.userAttribute])[0],
    displayName: textsOf(entry[settings.displayNameAttribute])[0],
    groups: await findGroups(settings, searching, entry),
  });
}

async function mayBind(client: Client, dn: string, password: string): Promise<boolean> {
  try {
    await client.bind(dn, password);
    return true;
  } catch (error) {
    // Directories refuse with other codes too: an account that is locked, a password that is over, a name that is none.
    if (error instanceof InvalidCredentialsError || codeOf(error) !== null) return false;
    throw error;
  }
}

/** Null: nobody, or several. */
async function findPerson(settings: LdapSettings, client: Client, name: string): Promise<Entry | null> {
  const { baseDn, userAttribute, userFilter, idAttribute, displayNameAttribute, groupsAttribute } = settings;
  const isName: Filter = new EqualityFilter({ attribute: userAttribute, value: name.trim() });
  const filter =
    userFilter === null ? isName : new AndFilter({ filters: [isName, FilterParser.parseString(userFilter)] });
  const { searchEntries } = await client.search(baseDn, {
    scope: "sub",
    filter,
    sizeLimit: 2,
    timeLimit: TIME_MAX_MS / 1000,
    attributes: [userAttribute, idAttribute, displayNameAttribute, groupsAttribute],
    explicitBufferAttributes: [idAttribute],
  });
  const [entry] = searchEntries;
  return searchEntries.length === 1 && entry !== undefined ? entry : null;
}

async function findGroups(settings: LdapSettings, client: Client, person: Entry): Promise<readonly string[]> {
  const { groupBaseDn, groupMemberAttribute, groupNameAttribute, groupsAttribute } = settings;
  if (groupBaseDn === null) return textsOf(person[groupsAttribute]);
  const { searchEntries } = await client.search(groupBaseDn, {
    scope: "sub",
    filter: new EqualityFilter({ attribute: groupMemberAttribute, value: person.dn }),
    sizeLimit: GROUPS_MAX,
    timeLimit: TIME_MAX_MS / 1000,
    attributes: [groupNameAttribute],
  });
  return searchEntries.flatMap((group) => textsOf(group[groupNameAttribute]).slice(0, 1));
}

async function withClient<T>(
  rules: ConnectRules | null,
  settings: LdapSettings,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const { hostname } = new URL(settings.url);
  const host = hostname.replace(/^\[|\]$/g, "");
  if (rules !== null && isIP(host) !== 0 && rules.decide(host, host) !== true) throw notAllowed();
  const look = rules === null ? {} : { lookup: lookupBy(rules) };
  const tls: ConnectionOptions = {
    host,
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(settings.ca === null ? {} : { ca: [...rootCertificates, settings.ca] }),
  };
  const client = new Client({
    url: settings.url,
    timeout: TIME_MAX_MS,
    connectTimeout: TIME_MAX_MS,
    strictDN: false,
    ...(settings.url.startsWith("ldaps:") ? { tlsOptions: { ...tls, ...look } } : {}),
    createConnection: ((port: number) => connectTcp({ port, host, ...look })) as typeof connectTcp,
    createSecureConnection: ((...given: unknown[]) => {
      const [port] = given;
      // With a port it is a connection of its own; without one a connection that is there becomes secure.
      return typeof port === "number"
        ? connectTls({ ...tls, ...look, port })
        : connectTls(port as ConnectionOptions);
    }) as typeof connectTls,
  });
  try {
    if (settings.startTls && !settings.url.startsWith("ldaps:")) await client.startTLS({ ...tls });
    return await work(client);
  } finally {
    await client.unbind().catch(() => {});
  }
}

/** An id may be bytes, such as objectGUID. */
function idOf(value: Entry[string] | undefined): string | null {
  const [first] = [value].flat();
  if (first === undefined) return null;
  const bytes = Buffer.isBuffer(first) ? first : Buffer.from(first);
  const text = bytes.toString("latin1");
  return /^[\x21-\x7e]+$/.test(text) ? text : bytes.toString("hex");
}

function textsOf(value: Entry[string] | undefined): readonly string[] {
  if (value === undefined) return [];
  return [value].flat().map((each) => (Buffer.isBuffer(each) ? each.toString("utf8") : each));
}

/** Of an answer of the directory; null: there was none. */
function codeOf(error: unknown): number | null {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "number" && code > 0 ? code : null;
}

function failed(): PlimsollError {
  return new PlimsollError("SIGN_IN_FAILED", "Name or password is wrong, or the account is disabled.");
}

const TIME_MAX_MS = 10_000;
const GROUPS_MAX = 1000;
