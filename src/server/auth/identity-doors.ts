/** What asks others who somebody is: made once, because each keeps what it learnt of them. */
import { PlimsollError } from "../../domain/error.ts";
import { parseConnectRules, type ConnectRuleWords, type ConnectRules } from "../../io/connect-rules.ts";
import { createIssuerKeys, type IssuerKeys } from "./ci/issuer-keys.ts";
import { createOutgoing } from "./outgoing.ts";
import { createLdapDirectories, type LdapDirectories } from "./providers/ldap.ts";
import { createOidcClients, type OidcClients } from "./providers/oidc.ts";

export interface IdentityDoors {
  readonly oidc: OidcClients;
  readonly ldap: LdapDirectories;
  /** Keys of those whose tokens are exchanged. */
  readonly issuers: IssuerKeys;
}

/** `connect`: where the operator lets processes connect to. @throws PlimsollError CONFIG_INVALID */
export function openIdentityDoors(connect: ConnectRuleWords): IdentityDoors {
  const rules = readRules(connect);
  const outgoing = createOutgoing(rules);
  return {
    oidc: createOidcClients(outgoing),
    ldap: createLdapDirectories(rules),
    issuers: createIssuerKeys(outgoing),
  };
}

function readRules(connect: ConnectRuleWords): ConnectRules | null {
  try {
    return parseConnectRules(connect);
  } catch (cause) {
    const message = "PLIMSOLL_CONNECT_ALLOW or PLIMSOLL_CONNECT_DENY holds a word that is no network.";
    throw new PlimsollError("CONFIG_INVALID", message, { cause });
  }
}
