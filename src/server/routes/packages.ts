/** Packages over all images, and who holds one: asked before any advisory names it. */
import {
  holdersQuery,
  holdersView,
  packagePage,
  packageQuery,
  type HoldersView,
} from "../../api/rest/packages.ts";
import { readPackagePattern, type PackagePattern } from "../../policies/shared/package-pattern.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import {
  findHoldingImages,
  findPackagesByName,
  listPackages,
  type PackageRow,
} from "../../store/views/packages.ts";
import { RequestInvalidError } from "../problem.ts";
import { orgRoute, type Route } from "../route.ts";

const shared = { method: "get", permission: "read", tag: "Packages" } as const;
const snapshot = { readOnly: true } as const;

export const packageRoutes: readonly Route[] = [
  orgRoute(
    {
      ...shared,
      path: "/orgs/{org}/packages",
      summary: "Packages of all images, by name",
      query: packageQuery,
      response: packagePage,
    },
    ({ org, query }, { store }) =>
      inOrg(
        store,
        org.id,
        async (tx) => {
          const { entries, next } = await listPackages(tx, org.id, query);
          return { entries: entries.map(({ id: _id, ...row }) => row), next };
        },
        snapshot,
      ),
  ),
  orgRoute(
    {
      ...shared,
      path: "/orgs/{org}/packages/holders",
      summary:
        "Images that hold packages of a name and version range, whether any advisory names them or not",
      query: holdersQuery,
      response: holdersView,
    },
    ({ org, query: { pattern: text, environment = null } }, { store }) => {
      const pattern = readPackagePattern(text);
      if (pattern === null) {
        const message = "write a name or package URL, with stars and a range: log4j-core@<2.17.1";
        throw new RequestInvalidError("The pattern names no package.", [{ path: "pattern", message }]);
      }
      return inOrg(store, org.id, (tx) => findHolders(tx, org.id, pattern, environment), snapshot);
    },
  ),
];

async function findHolders(
  tx: StoreTransaction,
  orgId: string,
  pattern: PackagePattern,
  environment: string | null,
): Promise<HoldersView> {
  const star = pattern.lastName.indexOf("*");
  const wanted =
    star === -1
      ? { prefix: pattern.lastName, exact: true }
      : { prefix: pattern.lastName.slice(0, star), exact: false };
  const found = (await findPackagesByName(tx, orgId, wanted))
    .map((row) => ({ row, answer: pattern.matches(asPackage(row)) }))
    .filter(({ answer }) => answer !== "outside");
  const { imageCount, images } = await findHoldingImages(
    tx,
    orgId,
    found.map(({ row }) => row.id),
    environment,
  );
  const byId = new Map(found.map((each) => [each.row.id, each]));
  return {
    packages: found.map(({ row: { id: _id, ...row }, answer }) => ({
      ...row,
      inRange: answer === "inside" ? "yes" : "unknown",
    })),
    imageCount,
    images: images.map(({ packageIds, tags, environments, ...image }) => {
      const held = packageIds.flatMap((id) => byId.get(id) ?? []);
      return {
        ...image,
        tags: [...tags],
        environments: [...environments],
        purls: held.map(({ row }) => row.purl).sort(),
        certain: held.some(({ answer }) => answer === "inside"),
      };
    }),
  };
}

/** As patterns look at it. */
function asPackage({ purl, ecosystem, namespace, name, version }: PackageRow) {
  return { purl, ecosystem, namespace, name, version };
}
