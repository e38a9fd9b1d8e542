/**
 * OVAL definitions of Azure Linux, one for each vulnerability of a package. Sentences leave the distribution's suffix out
 * (`earlier than 3.4.0-1` for `0:3.4.0-1.azl3`), so versions are read from the states that the definition's tests refer to.
 *
 * `patchable` tells `true` (there is a fix), `false` (none yet) and `Not Applicable` (it was never affected).
 */
import type { AffectedRange } from "../../domain/advisory.ts";
import { ratingOfWord } from "../shared/cvss.ts";
import { asInstant, isPackageName } from "../shared/fields.ts";
import { advisoryRecord, feedAdvisory } from "../shared/record.ts";
import { compareVersions } from "../shared/versions.ts";
import type { AdvisoryRecord, FeedReading, RejectedRecord } from "../types.ts";

/** Where the rows belong. */
export interface AzurePlace {
  readonly part: string;
  readonly space: string;
}

export function readAzureDefinitions(text: string, place: AzurePlace): FeedReading {
  const records: AdvisoryRecord[] = [];
  const rejected: RejectedRecord[] = [];
  const tests = readTests(text);
  const close = "</definition>";
  for (let at = text.indexOf("<definition "); at !== -1;) {
    const end = text.indexOf(close, at);
    const block = text.slice(at, end === -1 ? at + 2_000 : end);
    const record = end === -1 ? null : readDefinition(block, tests, place);
    if (record === null) {
      const id = /\bid="([\w:.-]{1,100})"/.exec(block)?.[1] ?? "a definition";
      rejected.push({ id, reason: "its vulnerability, package or version cannot be read" });
    } else records.push(record);
    at = end === -1 ? -1 : text.indexOf("<definition ", end);
  }
  return { records, rejected, spaces: [place] };
}

/** What a test asks: a package by name, and its version. */
interface RpmTest {
  readonly name: string;
  readonly operation: string;
  readonly version: string;
}

/** The tests by id, with the objects and states that they refer to. */
function readTests(text: string): ReadonlyMap<string, RpmTest> {
  const names = new Map<string, string>();
  const object =
    /<linux-def:rpminfo_object\b[^>]{0,300}\bid="([^"]{1,200})"[^>]{0,300}>\s{0,50}<linux-def:name>([^<]{1,200})</g;
  for (const [, id = "", name = ""] of text.matchAll(object)) names.set(id, name);
  const states = new Map<string, readonly [operation: string, version: string]>();
  const state =
    /<linux-def:rpminfo_state\b[^>]{0,300}\bid="([^"]{1,200})"[^>]{0,300}>\s{0,50}<linux-def:evr\b[^>]{0,100}\boperation="([^"]{1,40})"[^>]{0,100}>([^<]{1,200})</g;
  for (const [, id = "", operation = "", version = ""] of text.matchAll(state)) {
    states.set(id, [operation, version.trim()]);
  }
  const tests = new Map<string, RpmTest>();
  const test =
    /<linux-def:rpminfo_test\b[^>]{0,600}\bid="([^"]{1,200})"[^>]{0,300}>\s{0,50}<linux-def:object object_ref="([^"]{1,200})"\/>\s{0,50}<linux-def:state state_ref="([^"]{1,200})"/g;
  for (const [, id = "", objectRef = "", stateRef = ""] of text.matchAll(test)) {
    const [operation, version] = states.get(stateRef) ?? [];
    const name = names.get(objectRef);
    if (name !== undefined && operation !== undefined && version !== undefined) {
      tests.set(id, { name: name.trim(), operation, version });
    }
  }
  return tests;
}

/** Null: what it says cannot be read. */
function readDefinition(
  block: string,
  tests: ReadonlyMap<string, RpmTest>,
  { part, space }: AzurePlace,
): AdvisoryRecord | null {
  const id = /\bref_id="(CVE-\d{4}-\d{4,10})"/.exec(block)?.[1];
  const definition = /\bid="([\w:.-]{1,100})"/.exec(block)?.[1];
  const asked = [...block.matchAll(/\btest_ref="([^"]{1,200})"/g)].map(([, ref = ""]) => tests.get(ref));
  const [first] = asked;
  if (id === undefined || definition === undefined || first === undefined) return null;
  const isSame = asked.every((each) => each?.name === first.name);
  if (!isSame || !isPackageName(first.name)) return null;
  const patchable = /<patchable>\s{0,10}([\w ]{1,40}?)\s{0,10}<\/patchable>/.exec(block)?.[1]?.toLowerCase();
  const isAffected = patchable !== "not applicable";
  const range = isAffected ? rangeOf(asked) : null;
  if (isAffected && range === null) return null;
  const rating = ratingOfWord("azurelinux", textOf(block, "severity"));
  const date = asInstant(textOf(block, "advisory_date"));
  const hasFix = range !== null && range.fixed !== null;
  const advisory = feedAdvisory({
    id,
    space,
    name: first.name,
    ranges: range === null ? [] : [range],
    severities: rating === null || range === null ? [] : [rating],
    publishedAt: date,
    url: `https://nvd.nist.gov/vuln/detail/${id}`,
    ...(!isAffected && { fixState: "not_affected" as const }),
    ...(isAffected && !hasFix && { fixState: "affected" as const }),
    ...(hasFix && date !== null && { fixedAt: date }),
  });
  // A definition has an id of its own for each package and vulnerability, and keeps it.
  return advisoryRecord({ id: `${id} ${definition}`, advisories: [{ part, advisory }] });
}

function textOf(block: string, element: string): string {
  const at = block.indexOf(`<${element}>`);
  const from = at + element.length + 2;
  return at === -1 ? "" : block.slice(from, from + 200).replace(/<[\s\S]*$/, "");
}

/** All tests hold together. A start that is excluded is taken as included: one version too many, none too few. */
function rangeOf(asked: readonly (RpmTest | undefined)[]): AffectedRange | null {
  let range: AffectedRange = { scheme: "rpm", introduced: "0", fixed: null, lastAffected: null };
  for (const test of asked) {
    if (test === undefined || compareVersions("rpm", test.version, test.version) === null) return null;
    if (test.operation === "less than") range = { ...range, fixed: test.version };
    else if (test.operation === "less than or equal") range = { ...range, lastAffected: test.version };
    else if (test.operation.startsWith("greater than")) range = { ...range, introduced: test.version };
    else return null;
  }
  return range.fixed === null ? range : { ...range, lastAffected: null };
}
