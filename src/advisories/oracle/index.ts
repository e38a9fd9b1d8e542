/**
 * Feed `oracle`: errata of Oracle Linux (ELSA) in OVAL, all of them as one file that is compressed with bzip2.
 */
import { PlimsollError } from "../../domain/error.ts";
import { isXmlName, type FeedDocument } from "../shared/document.ts";
import type { Feed } from "../types.ts";
import { readOracleDefinitions } from "./parse.ts";

export const oracle: Feed = Object.freeze({
  id: "oracle",
  title: "Oracle Linux errata",
  specs: ["https://linux.oracle.com/security/", "https://oval.mitre.org/language/version5.11/"],
  version: 1,
  baseUrl: "https://linux.oracle.com/security/oval/",
  parts: [
    {
      id: "",
      path: "com.oracle.elsa-all.xml.bz2",
      isDefault: false,
      mayBeAbsent: false,
      serves: ["rpm:ol:"],
    },
  ],
  licence: () => "facts, published without stated terms",
  recognises: isOracle,
  read(document: FeedDocument) {
    if (isOracle(document)) return readOracleDefinitions(document.text());
    throw new PlimsollError("FEED_INVALID", `${document.name} holds no definitions of Oracle Linux.`, {
      details: { document: document.name },
    });
  },
});

function isOracle(document: FeedDocument): boolean {
  if (!isXmlName(document.name)) return false;
  const start = document.text().slice(0, 8_192);
  return start.includes("<oval_definitions") && start.includes('id="oval:com.oracle.elsa:def:');
}
