/** docs/reference/registries.md: every product of registries, how it tells of pushes, what it lists, and what of that was tried. */
import { registryKinds } from "../../src/registries/kinds.ts";
import type { NotificationProof, RegistryKind, RepositoryListing } from "../../src/registries/types.ts";

export function registriesReference(): string {
  return `# Registries

Made from the products in \`src/registries\` by \`npm run docs\`. [The guide](../guide/registries.md) says how they are connected.

_Tried_: notifications and lists are tested with the product itself. _Documented, not tried_: they follow the product's documentation,
whose examples are the tests, and were never met.

| product | kind | status | notifications are proved by | what they tell | list of repositories |
| --- | --- | --- | --- | --- | --- |
${registryKinds.map(row).join("\n")}

## What to set at the product

| kind | notifications |
| --- | --- |
${registryKinds.map(({ id, setup }) => `| \`${id}\` | ${setup} |`).join("\n")}

## Where that is known from

| kind | sources |
| --- | --- |
${registryKinds.map(({ id, specs }) => `| \`${id}\` | ${specs.map((spec) => `<${spec}>`).join("<br>")} |`).join("\n")}
`;
}

function row({ id, title, status, proof, listing }: RegistryKind): string {
  const cells = [
    title,
    `\`${id}\``,
    status === "tried" ? "tried" : "documented, not tried",
    proofText(proof),
    tagsOnly.has(id) ? "a tag; a worker looks up its digest" : "a digest",
    listText(listing),
  ];
  return `| ${cells.join(" | ")} |`;
}

/** Products whose notifications name no digest. */
const tagsOnly: ReadonlySet<string> = new Set(["docker-hub", "nexus", "quay"]);

function proofText(proof: NotificationProof): string {
  switch (proof.kind) {
    case "token":
      return "a token of scope analyse";
    case "address":
      return "a key in the address";
    case "signature":
      return `\`${proof.header}\`, HMAC-${proof.algorithm.toUpperCase()}`;
  }
}

function listText(listing: RepositoryListing): string {
  switch (listing.kind) {
    case "catalog":
      return "`/v2/_catalog`";
    case "none":
      return `none: ${listing.reason}`;
    case "api":
      return "its own API";
  }
}
