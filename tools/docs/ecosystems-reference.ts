/** docs/reference/ecosystems.md: what each ecosystem finds, what it can tell of a package, and what it was compared with. */
import { ecosystems } from "../../src/ecosystems/catalog.ts";
import type { Ecosystem, EcosystemKnowledge } from "../../src/ecosystems/types.ts";

export function ecosystemsReference(): string {
  return `# Ecosystems

Made from the plugins in \`src/ecosystems\`; run \`npm run docs\` after a change. What a plugin says here is held by
\`src/ecosystems/samples.test.ts\`: what it claims to know, its samples show, and nothing that it says it does not.

*Compared with* says what stands behind its tests: **native tool** is the list that the ecosystem's own tool makes of a real
installation, **real artefact** a file that the ecosystem's own tools made, **specification** neither.

| ecosystem | id, package URL type | version order | licences | author | description | digests | dependency edges | files | compared with |
| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
${ecosystems.map(row).join("\n")}

## Specifications

${ecosystems.map(({ title, specs }) => `- ${title}: ${specs.map((url) => `<${url}>`).join(", ")}`).join("\n")}
`;
}

function row({ id, title, scheme, knows }: Ecosystem): string {
  const cells = [
    title,
    `\`${id}\``,
    `\`${scheme}\``,
    ...[
      knows.licenses,
      knows.authors,
      knows.descriptions,
      knows.digests,
      knows.dependencies,
      knows.files,
    ].map((isKnown) => (isKnown ? "yes" : "no")),
    proofs[knows.proof],
  ];
  return `| ${cells.join(" | ")} |`;
}

const proofs: Readonly<Record<EcosystemKnowledge["proof"], string>> = {
  "native-tool": "native tool",
  "real-artefact": "real artefact",
  "by-specification": "specification",
};
