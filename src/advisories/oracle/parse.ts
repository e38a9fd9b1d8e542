/**
 * OVAL definitions of Oracle Linux. Their criteria are sentences in a fixed form (`bind is earlier than 30:9.3.3-8.el5`), so they
 * are read as such, one definition at a time, without the tests, objects and states that say the same again.
 */
import { readErrata, type Erratum, type ErratumPackage } from "../shared/errata.ts";
import { asInstant } from "../shared/fields.ts";
import type { FeedReading, RejectedRecord } from "../types.ts";

export function readOracleDefinitions(text: string): FeedReading {
  const errata: Erratum[] = [];
  const faults: RejectedRecord[] = [];
  const close = "</definition>";
  for (let at = text.indexOf("<definition "); at !== -1;) {
    const end = text.indexOf(close, at);
    const block = end === -1 ? "" : text.slice(at, end);
    const erratum = readDefinition(block);
    if (erratum === null) {
      const id = /id="([\w:.-]{1,100})"/.exec(text.slice(at, at + 200))?.[1] ?? "a definition";
      faults.push({ id, reason: "a definition is not closed or names no notice" });
    } else errata.push(erratum);
    at = end === -1 ? -1 : text.indexOf("<definition ", end);
  }
  const reading = readErrata(errata, {
    source: "oracle",
    partOf: () => "",
    unsupported: "Oracle Linux of no known release",
  });
  return { ...reading, rejected: [...reading.rejected, ...faults] };
}

function readDefinition(block: string): Erratum | null {
  const id = /\bref_id="(ELSA-[\w:.-]{1,60})"/.exec(block)?.[1];
  if (id === undefined) return null;
  const title = /<title>([^<]{1,500})<\/title>/.exec(block)?.[1] ?? "";
  const issued = asInstant(/<issued date="([\d-]{10})"/.exec(block)?.[1]);
  return {
    id,
    title: title.replace(/\s+/g, " ").trim(),
    isSecurity: true,
    severity: /<severity>\s*(\w{1,20})\s*<\/severity>/.exec(block)?.[1] ?? null,
    vulnerabilities: [...block.matchAll(/<cve\b([^>]{0,500})>\s*(CVE-\d{4}-\d{4,10})\s*<\/cve>/g)].map(
      ([, attributes = "", cve = ""]) => ({ id: cve, vector: vectorOf(attributes), cwes: [] }),
    ),
    packages: packagesOf(block),
    publishedAt: issued,
    modifiedAt: issued,
    url: `https://linux.oracle.com/errata/${id}.html`,
  };
}

/** `cvss3="7.8/CVSS:3.1/AV:L/…"`, `cvss2="7.8/AV:N/AC:L/…"`: the score leads. */
function vectorOf(attributes: string): string | null {
  const text = (/\bcvss3="([^"]{1,200})"/.exec(attributes) ??
    /\bcvss2="([^"]{1,200})"/.exec(attributes))?.[1];
  const at = text?.indexOf("/") ?? -1;
  return text === undefined || at === -1 ? null : text.slice(at + 1);
}

/** Release and module of a criterion are those of the last sentence about them. */
function packagesOf(block: string): ErratumPackage[] {
  const packages: ErratumPackage[] = [];
  let space: string | null = null;
  let modularity: string | null = null;
  for (const [, sentence = ""] of block.matchAll(/<criterion\b[^>]{0,300}\bcomment="([^"]{1,500})"/g)) {
    const release = /^Oracle Linux (\d{1,2}) is installed$/.exec(sentence)?.[1];
    if (release !== undefined) space = `rpm:ol:${release}`;
    if (release !== undefined || sentence.startsWith("Oracle Linux arch is ")) modularity = null;
    const module = /^Module ([\w.+-]{1,60}:[\w.+-]{1,60}) is enabled$/.exec(sentence)?.[1];
    if (module !== undefined) modularity = module;
    const fix = /^(\S{1,200}) is earlier than (\S{1,200})$/.exec(sentence);
    const [, name, version] = fix ?? [];
    if (name === undefined || version === undefined || isOtherBuild(version)) continue;
    packages.push({ space, name, version, since: null, modularity });
  }
  return packages;
}

/** Validated (`_fips`) and live-patched (`.ksplice1`) builds have versions of their own, which those of others never reach. */
function isOtherBuild(version: string): boolean {
  return /_fips(?:$|[.+])|\.ksplice\d*/.test(version);
}
