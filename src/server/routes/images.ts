/** Images: the list, one image with its tabs, and asking for an analysis. */
import { z } from "zod";
import { pageQuery, uuid } from "../../api/rest/fields.ts";
import {
  analyseAnswer,
  analyseRequest,
  evaluationPage,
  imageFindingPage,
  imageFindingQuery,
  imageInventoryView,
  imageLayers,
  imageListQuery,
  imagePackagePage,
  imagePackageQuery,
  imagePolicyResults,
  imageRowPage,
  imageView,
} from "../../api/rest/images.ts";
import { severities, type Severity } from "../../domain/advisory.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { Store, StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { findDatabaseState } from "../../store/stores/database-state.ts";
import { requestOutdated } from "../../store/stores/evaluation-requests.ts";
import { listImageFindings } from "../../store/views/image-findings.ts";
import { listEvaluations } from "../../store/views/image-history.ts";
import { findImageInventory } from "../../store/views/image-inventory.ts";
import { listImageLayers } from "../../store/views/image-layers.ts";
import { listImages } from "../../store/views/image-list.ts";
import { listImagePackages } from "../../store/views/image-packages.ts";
import { findImageResults } from "../../store/views/image-results.ts";
import { findImage, type ImageDetail } from "../../store/views/image.ts";
import { requestAnalysisOf } from "../analysis-requests.ts";
import {
  viewEvaluation,
  viewFinding,
  viewImage,
  viewImageRow,
  viewInventory,
  viewLayers,
  viewPackage,
  viewResult,
} from "../image-views.ts";
import { RequestInvalidError } from "../problem.ts";
import { orgRoute, type Route } from "../route.ts";

const reading = { method: "get", permission: "read", tag: "Images" } as const;
const params = z.object({ imageId: uuid });
/** Several queries about one image see it in one state. */
const snapshot = { readOnly: true } as const;

const tabRoutes: readonly Route[] = [
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}/policies",
      summary: "What the policies say of an image, with every deviation",
      params,
      response: imagePolicyResults,
    },
    ({ org, params: { imageId } }, { store }) =>
      ofImage(store, org.id, imageId, async (tx, { evaluation }) => {
        const found = evaluation === null ? null : await findImageResults(tx, org.id, imageId, evaluation.id);
        return { results: (found?.results ?? []).map(viewResult) };
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}/layers",
      summary: "Layers of an image from the bottom, with what each of them brought",
      params,
      response: imageLayers,
    },
    ({ org, params: { imageId } }, { store }) =>
      ofImage(store, org.id, imageId, async (tx, { base }) => {
        return viewLayers(base, await listImageLayers(tx, org.id, imageId));
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}/packages",
      summary: "Packages of an image, by name",
      params,
      query: imagePackageQuery,
      response: imagePackagePage,
    },
    ({ org, params: { imageId }, query }, { store }) =>
      ofImage(store, org.id, imageId, async (tx) => {
        const page = await listImagePackages(tx, org.id, imageId, query);
        return { ...page, entries: page.entries.map(viewPackage) };
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}/inventory",
      summary: "What the list of packages rests on: coverage, system files, problems of reading",
      params,
      response: imageInventoryView,
    },
    ({ org, params: { imageId } }, { store }) =>
      ofImage(store, org.id, imageId, async (tx, image) =>
        viewInventory(image, await findImageInventory(tx, org.id, imageId)),
      ),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}/vulnerabilities",
      summary: "Findings of an image, the gravest first; suppressed ones say by what",
      params,
      query: imageFindingQuery,
      response: imageFindingPage,
    },
    ({ org, params: { imageId }, query: { severity, fixable, ...query } }, { store }) =>
      ofImage(store, org.id, imageId, async (tx) => {
        const page = await listImageFindings(tx, org.id, imageId, {
          ...query,
          severities: readSeverities(severity),
          fixable: fixable === undefined ? undefined : fixable === "true",
        });
        return { ...page, entries: page.entries.map(viewFinding) };
      }),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}/history",
      summary: "Verdicts of an image, the newest first, with what turned them",
      params,
      query: z.object(pageQuery),
      response: evaluationPage,
    },
    ({ org, params: { imageId }, query }, { store }) =>
      ofImage(store, org.id, imageId, async (tx) => {
        const page = await listEvaluations(tx, org.id, imageId, query);
        return { ...page, entries: page.entries.map(viewEvaluation) };
      }),
  ),
];

export const imageRoutes: readonly Route[] = [
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images",
      summary: "A row for each enabled repository: its latest tag, of several platforms the worst",
      query: imageListQuery,
      response: imageRowPage,
    },
    ({ org, query }, { store }) =>
      inOrg(
        store,
        org.id,
        async (tx) => {
          const page = await listImages(tx, org.id, query);
          return { ...page, entries: page.entries.map(viewImageRow) };
        },
        snapshot,
      ),
  ),
  orgRoute(
    {
      ...reading,
      path: "/orgs/{org}/images/{imageId}",
      summary: "One image with its newest verdict",
      params,
      response: imageView,
    },
    async ({ org, params: { imageId }, now }, { store, queue }) => {
      const view = await ofImage(store, org.id, imageId, async (tx, image) => {
        const database = await findDatabaseState(tx);
        return viewImage(image, { demonstration: database?.status.demonstration === true, now });
      });
      if (view.outdated)
        await inOrg(store, org.id, (tx) => requestOutdated(tx, queue, org.id, { image: imageId }));
      return view;
    },
  ),
  ...tabRoutes,
  orgRoute(
    {
      method: "post",
      path: "/orgs/{org}/images/analyse",
      permission: "analyse",
      summary: "Have an image of an enabled repository analysed now",
      tag: "Images",
      body: analyseRequest,
      response: analyseAnswer,
      status: 202,
      problems: ["REFERENCE_INVALID", "REGISTRY_UNKNOWN", "REPOSITORY_NOT_ENABLED"],
    },
    ({ org, caller, now, body }, { store, queue }) =>
      inOrg(store, org.id, (tx) => requestAnalysisOf({ tx, queue, orgId: org.id, caller, now }, body)),
  ),
];

/** Reads one image and what belongs to it, all in one state. @throws PlimsollError NOT_FOUND */
function ofImage<Read>(
  store: Store,
  orgId: string,
  imageId: string,
  read: (tx: StoreTransaction, image: ImageDetail) => Promise<Read>,
): Promise<Read> {
  return inOrg(store, orgId, async (tx) => read(tx, await getImage(tx, orgId, imageId)), snapshot);
}

async function getImage(tx: StoreTransaction, orgId: string, imageId: string): Promise<ImageDetail> {
  const image = await findImage(tx, orgId, imageId);
  if (image === null) throw new PlimsollError("NOT_FOUND", "There is no such image.");
  return image;
}

function readSeverities(text: string | undefined): readonly Severity[] {
  const words = (text ?? "").split(",").filter((word) => word !== "");
  const known = words.filter((word): word is Severity => (severities as readonly string[]).includes(word));
  if (known.length === words.length) return known;
  const fields = [{ path: "severity", message: `one or more of ${severities.join(", ")}` }];
  throw new RequestInvalidError("The query of the request names a severity that there is not.", fields);
}
