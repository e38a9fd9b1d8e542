/**
 * Statements as one CycloneDX 1.6 document. A package in an image is written as a component within the image's, since
 * CycloneDX has no other way to say "this package, there"; a justification that CycloneDX has no word for is kept as a property.
 */
import { jsonText } from "../../domain/json-text.ts";
import type { VexJustification, VexProduct, VexStatement, VexStatus } from "../../domain/vex.ts";
import { documentId, notesOf, orderedStatements, writtenName } from "../shared/writing.ts";
import type { VexWriting } from "../types.ts";

const states: Readonly<Record<VexStatus, string>> = {
  not_affected: "not_affected",
  affected: "exploitable",
  fixed: "resolved",
  under_investigation: "in_triage",
};

const justifications: Readonly<Record<VexJustification, string>> = {
  component_not_present: "code_not_present",
  vulnerable_code_not_present: "code_not_present",
  vulnerable_code_not_in_execute_path: "code_not_reachable",
  vulnerable_code_cannot_be_controlled_by_adversary: "requires_environment",
  inline_mitigations_already_exist: "protected_by_mitigating_control",
};

/** See `VexFormat.write`. */
export function writeCycloneDx(writing: VexWriting): string {
  const { author, timestamp } = writing;
  const components = createComponents();
  const vulnerabilities = orderedStatements(writing).map((statement) =>
    toEntry(statement, components, author),
  );
  const content = {
    metadata: {
      timestamp: timestamp.toISOString(),
      tools: { components: [{ type: "application", name: "plimsoll" }] },
      authors: [authorOf(author)],
    },
    components: components.written(),
    vulnerabilities,
  };
  return jsonText({
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: serialNumber(documentId(writing, content)),
    version: 1,
    ...content,
  });
}

function authorOf(author: string): object {
  const [, name = "", email = ""] = /^(.*?)\s*<([^<>\s]+@[^<>\s]+)>\s*$/.exec(author) ?? [];
  return name === "" ? { name: author } : { name, email };
}

/** A serial number is a UUID: of any other id one is made, the same for the same id. */
function serialNumber(id: string): string {
  if (/^urn:uuid:[0-9a-f-]{36}$/i.test(id)) return id;
  const hex = /([0-9a-f]{64})$/.exec(id)?.[1] ?? Buffer.from(id).toString("hex").padEnd(32, "0");
  // Version 8 of RFC 9562: made of what the maker chooses.
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join("-")}`;
}

interface Components {
  /** The references of a product, made when they are new. */
  refsOf(product: VexProduct): readonly string[];
  written(): readonly object[];
}

function createComponents(): Components {
  const wholes = new Map<string, { readonly written: object; readonly parts: Map<string, object> }>();
  const partsOf = (ids: readonly string[], id: string): Map<string, object> => {
    const found = wholes.get(id) ?? { written: toComponent(ids, id), parts: new Map<string, object>() };
    wholes.set(id, found);
    return found.parts;
  };
  return {
    refsOf({ ids, subcomponents }) {
      const { id } = writtenName(ids);
      const parts = partsOf(ids, id);
      if (subcomponents.length === 0) return [id];
      return subcomponents.map((part) => {
        const ref = `${id}#${part}`;
        parts.set(ref, toComponent([part], ref));
        return ref;
      });
    },
    written: () =>
      [...wholes.values()].map(({ written, parts }) => ({
        ...written,
        ...(parts.size === 0 ? {} : { components: [...parts.values()] }),
      })),
  };
}

function toComponent(ids: readonly string[], ref: string): object {
  const { id, purl, cpe } = writtenName(ids);
  const isImage = purl !== null && /^pkg:(?:oci|docker)\//.test(purl);
  return {
    type: isImage ? "container" : "library",
    "bom-ref": ref,
    name: nameOf(purl) ?? id,
    ...(purl === null ? {} : { purl }),
    ...(cpe === null ? {} : { cpe }),
  };
}

function nameOf(purl: string | null): string | null {
  const [, name = null] = /^pkg:(?:[^@?#]*)\/([^@?#/]+)/.exec(purl ?? "") ?? [];
  return name;
}

function toEntry(statement: VexStatement, components: Components, author: string): object {
  const { vulnerabilities, status, justification, impactStatement, actionStatement, timestamp } = statement;
  const [id, ...aliases] = vulnerabilities;
  const impact = impactStatement === null ? [] : [impactStatement];
  const detail = [...impact, ...notesOf(statement, author)].join("; ");
  return {
    id,
    ...(aliases.length === 0
      ? {}
      : {
          references: aliases.map((each) => ({ id: each, source: { name: each.split("-", 1)[0] ?? each } })),
        }),
    ...(actionStatement === null ? {} : { recommendation: actionStatement }),
    analysis: {
      state: states[status],
      ...(justification === null ? {} : { justification: justifications[justification] }),
      ...(detail === "" ? {} : { detail }),
      firstIssued: timestamp,
      lastUpdated: timestamp,
    },
    affects: statement.products.flatMap((product) =>
      components.refsOf(product).map((ref) => ({ ref, ...versionsOf(product, status) })),
    ),
    ...(justification === null
      ? {}
      : { properties: [{ name: "plimsoll:vex:justification", value: justification }] }),
  };
}

function versionsOf({ versions }: VexProduct, status: VexStatus): object {
  if (versions === undefined) return {};
  const isSafe = status === "not_affected" || status === "fixed";
  return { versions: versions.map((range) => ({ range, status: isSafe ? "unaffected" : "affected" })) };
}
