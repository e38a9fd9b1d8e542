/** The list of images with generated ones in it: its first page, and filtered by text, by status and by policy. */
import { inOrg } from "../../src/store/in-org.ts";
import { insertMember } from "../../src/store/stores/members.ts";
import { generateImages } from "../../test/helpers/seed-images.ts";
import { seedImages, seedOrganisation } from "../../test/helpers/seed.ts";
import { percentile, time, type Figure } from "./figures.ts";
import type { Installation } from "./installation.ts";

export const LIST_ORG = "list";
/** Of each image; a fifth of the libraries that there are. */
export const PACKAGES_PER_IMAGE = 100;
const TARGET_MS = 200;

/** `count` repositories with two pushes each, whose SBOMs are stored too, so that they can be judged again. */
export async function seedList({ api, sql, store }: Installation, count: number): Promise<void> {
  const orgId = await seedOrganisation(store, LIST_ORG);
  const { account } = await api.must("GET", "/session");
  await inOrg(store, orgId, (tx) =>
    insertMember(tx, { orgId, accountId: String(account.id), role: "owner" }),
  );
  const images = generateImages(count, PACKAGES_PER_IMAGE).map((image) => ({ ...image, document: true }));
  await seedImages(store, orgId, images);
  // As PostgreSQL does by itself by the time that so many images have come together.
  await sql.query("vacuum analyze");
}

export async function measureList({ api, sql }: Installation, runs: number): Promise<readonly Figure[]> {
  const list = `/orgs/${LIST_ORG}/images`;
  const { policies } = await api.must("GET", `/orgs/${LIST_ORG}/policies`);
  const [policy] = policies as { id: string }[];
  const statement = await time(runs, () => sql.query("select 1"));
  const trivial = await time(runs, () => api.must("GET", "/session"));
  const floorMs = percentile(trivial, 50);
  const figure = async (name: string, path: (run: number) => string): Promise<Figure> => ({
    name,
    runsMs: await time(runs, (run) => api.must("GET", path(run))),
    floorMs,
    targetMs: TARGET_MS,
  });
  return [
    { name: "floor: select 1", runsMs: statement, floorMs: null, targetMs: null },
    { name: "floor: GET /session", runsMs: trivial, floorMs: null, targetMs: null },
    await figure("images, first page", () => list),
    await figure("images, 200 a page", () => `${list}?limit=200`),
    await figure("images, by text", (run) => `${list}?q=app-00${run % 10}`),
    await figure("images, by text that none has", () => `${list}?q=nothing`),
    await figure("images, by status", (run) => `${list}?status=${statuses[Math.abs(run) % 3]}`),
    await figure(
      "images, by policy",
      (run) => `${list}?policy=${policy?.id}&status=${statuses[Math.abs(run) % 3]}`,
    ),
    await figure("images, worst findings first", () => `${list}?sort=findings&direction=desc`),
  ];
}

const statuses = ["met", "not_met", "no_data"];
