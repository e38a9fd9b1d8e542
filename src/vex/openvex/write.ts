/**
 * An organisation's exceptions as one OpenVEX 0.2.0 document (https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md), so
 * that others than us can apply them. A false positive becomes `not_affected`; an accepted risk is no statement that nothing is
 * wrong, so it becomes `affected` with the acceptance as action statement.
 *
 * OpenVEX knows neither "all images of an organisation" nor an end: the first is written as the repositories given, the second
 * stands in the text, and what has ended is left out.
 */
import { createHash } from "node:crypto";
import { PackageURL } from "packageurl-js";
import { repositoriesOf, type Exception } from "../../domain/exception.ts";
import { jsonText } from "../../domain/json-text.ts";
import { canonicalRepository } from "../shared/image-identity.ts";
import { purlOf } from "../shared/writing.ts";

export interface OpenVexInput {
  /** Approved exceptions, in any order. */
  readonly exceptions: readonly Exception[];
  /** Canonical repositories of the organisation, for exceptions that name neither a repository nor an image. */
  readonly repositories: readonly string[];
  /** Who makes the statements, e.g. `Example Ltd <security@example.com>`. */
  readonly author: string;
  /** Time of the document. What has ended by then is left out. */
  readonly timestamp: Date;
}

export interface OpenVexDocument {
  /** The document as JSON with a final newline; null when there is nothing to state (the format has no empty document). */
  readonly text: string | null;
  /** Exceptions that no product can be written for: the organisation has no repositories. */
  readonly omitted: readonly Exception[];
}

/** Same input, same bytes; `@id` is made of a digest of everything else, so another content has another name. */
export function writeOpenVex({ exceptions, repositories, author, timestamp }: OpenVexInput): OpenVexDocument {
  const inForce = exceptions
    .filter(({ expiresAt }) => expiresAt === null || timestamp.getTime() < Date.parse(expiresAt))
    .toSorted(compareExceptions);
  const written = inForce.map((exception) => ({ exception, products: productsOf(exception, repositories) }));
  const omitted = written.filter(({ products }) => products.length === 0).map(({ exception }) => exception);
  const statements = written
    .filter(({ products }) => products.length > 0)
    .map(({ exception, products }) => toStatement(exception, products));
  if (statements.length === 0) return { text: null, omitted };
  const content = {
    author,
    timestamp: timestamp.toISOString(),
    version: 1,
    tooling: "plimsoll",
    statements,
  };
  const hash = createHash("sha256").update(JSON.stringify(content)).digest("hex");
  const document = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": `urn:plimsoll:vex:${hash}`,
    ...content,
  };
  return { text: jsonText(document), omitted };
}

function compareExceptions(left: Exception, right: Exception): number {
  if (left.vulnerability !== right.vulnerability) return left.vulnerability < right.vulnerability ? -1 : 1;
  return left.id < right.id ? -1 : Number(left.id > right.id);
}

interface Product {
  readonly "@id": string;
  readonly identifiers: { readonly purl: string };
  readonly hashes?: { readonly "sha-256": string };
  readonly subcomponents?: readonly Product[];
}

function toStatement(exception: Exception, products: readonly Product[]): object {
  const { id, vulnerability, decidedAt } = exception;
  return {
    "@id": `urn:plimsoll:exception:${encodeURIComponent(id)}`,
    vulnerability: { name: vulnerability },
    timestamp: decidedAt,
    products,
    ...decisionOf(exception),
  };
}

function decisionOf({ kind, justification, reason, expiresAt, decidedAt }: Exception): object {
  if (kind === "false_positive") {
    return {
      status: "not_affected",
      ...(justification === null ? {} : { justification }),
      impact_statement: expiresAt === null ? reason : `${reason} (decided until ${expiresAt})`,
    };
  }
  const until = expiresAt === null ? "until further notice" : `until ${expiresAt}`;
  return {
    status: "affected",
    action_statement: `The risk is accepted ${until}: ${reason}`,
    action_statement_timestamp: decidedAt,
  };
}

/** Images as products, the package as their subcomponent. A digest names its image wherever it lies. */
function productsOf({ scope }: Exception, repositories: readonly string[]): readonly Product[] {
  const { digest, purl } = scope;
  const named = scope.repositories === undefined && scope.repository === null ? null : repositoriesOf(scope);
  const subcomponents = purl === null ? {} : { subcomponents: [componentOf(purl)] };
  if (digest !== null && !/^sha\d{3}:/.test(digest)) {
    const reference = purlOf(digest);
    return reference === null ? [] : [{ ...componentOf(reference), ...subcomponents }];
  }
  if (digest !== null) return [{ ...imageOf(named?.[0] ?? null, digest), ...subcomponents }];
  const unique = [...new Set((named ?? repositories).map(canonicalRepository))].sort();
  return unique.map((name) => ({ ...imageOf(name, null), ...subcomponents }));
}

function imageOf(repository: string | null, digest: string | null): Product {
  // The name of an oci purl is the last part of the repository; an image that is known by digest alone has none.
  const name = repository?.split("/").at(-1) ?? "image";
  const qualifiers = repository === null ? undefined : { repository_url: repository };
  const purl = new PackageURL("oci", undefined, name, digest ?? undefined, qualifiers, undefined).toString();
  const isSha256 = digest?.startsWith("sha256:") === true;
  return {
    ...componentOf(purl),
    ...(isSha256 ? { hashes: { "sha-256": digest.slice("sha256:".length) } } : {}),
  };
}

function componentOf(purl: string): Product {
  return { "@id": purl, identifiers: { purl } };
}
