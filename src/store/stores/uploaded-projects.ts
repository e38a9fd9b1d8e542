/** Writes of uploaded projects: what people call them, and the repository and tag under which the organisation sees them. */
import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import type { Database } from "../schema.ts";
import { findOwnRegistry } from "./analysis-places.ts";
import { insertRegistry } from "./registries.ts";
import { enableRepository } from "./repositories.ts";
import { uploadsHost } from "./uploads.ts";

export interface UploadedProject {
  readonly id: string;
  readonly name: string;
  /** Empty: none was told. */
  readonly version: string;
  readonly repositoryId: string;
  readonly tag: string;
  /** False: somebody has switched its repository off. */
  readonly enabled: boolean;
}

/** Null: there is none, or it is not theirs. */
export async function findProject(
  tx: Kysely<Database>,
  orgId: string,
  asked: { readonly id: string } | { readonly name: string; readonly version: string },
): Promise<UploadedProject | null> {
  const found = tx
    .selectFrom("uploaded_project as project")
    .innerJoin("repository", (join) =>
      join
        .onRef("repository.org_id", "=", "project.org_id")
        .onRef("repository.id", "=", "project.repository_id"),
    )
    .select([
      "project.id",
      "project.name",
      "project.version",
      "project.repository_id as repositoryId",
      "project.tag",
      "repository.enabled",
    ])
    .where("project.org_id", "=", orgId);
  const row = await (
    "id" in asked
      ? found.where("project.id", "=", asked.id)
      : found.where("project.name", "=", asked.name).where("project.version", "=", asked.version)
  ).executeTakeFirst();
  return row ?? null;
}

/** `place`: name of the repository and tag, which are the same for the same name and version. */
export async function insertProject(
  tx: Kysely<Database>,
  orgId: string,
  project: { readonly name: string; readonly version: string },
  place: { readonly repository: string; readonly tag: string },
): Promise<UploadedProject> {
  const registryId = await openRegistry(tx, orgId);
  const known = await tx
    .selectFrom("repository")
    .select(["id", "enabled"])
    .where("org_id", "=", orgId)
    .where("registry_id", "=", registryId)
    .where("name", "=", place.repository)
    .executeTakeFirst();
  const repositoryId =
    known?.id ?? (await enableRepository(tx, orgId, { registryId, name: place.repository })).id;
  const { name, version } = project;
  const { tag } = place;
  const { id } = await tx
    .insertInto("uploaded_project")
    .values({ org_id: orgId, name, version, repository_id: repositoryId, tag })
    // Made by somebody else in the same moment: its row is as good.
    .onConflict((conflict) => conflict.columns(["org_id", "name", "version"]).doUpdateSet({ tag }))
    .returning("id")
    .executeTakeFirstOrThrow();
  return { id, name, version, repositoryId, tag, enabled: known?.enabled ?? true };
}

async function openRegistry(tx: Kysely<Database>, orgId: string): Promise<string> {
  const made = await insertRegistry(tx, orgId, {
    id: randomUUID(),
    kind: "distribution",
    host: uploadsHost,
    insecure: false,
    username: null,
    passwordSealed: null,
  });
  const registry = made?.id ?? (await findOwnRegistry(tx, orgId, uploadsHost))?.registryId;
  if (registry === undefined) throw new TypeError("a registry that was there is gone");
  return registry;
}
