/** Environments, and what runs in them. */
import { z } from "zod";
import { uuid } from "../../api/rest/fields.ts";
import {
  environmentImagePage,
  environmentImageQuery,
  type EnvironmentImageView,
} from "../../api/rest/environment-images.ts";
import {
  environmentList,
  environmentRequest,
  environmentView,
  recordAnswer,
  recordRequest,
} from "../../api/rest/registries.ts";
import { PlimsollError } from "../../domain/error.ts";
import { inOrg } from "../../store/in-org.ts";
import { findEnvironment } from "../../store/stores/environments.ts";
import { listEnvironmentImages, type EnvironmentImageRow } from "../../store/views/environment-images.ts";
import { listEnvironments } from "../../store/views/environments.ts";
import { addEnvironment, recordImages, removeEnvironment, removeImage } from "../environment-changes.ts";
import { orgRoute, type Route } from "../route.ts";

const shared = { tag: "Environments" } as const;
const params = z.object({ environmentId: uuid });

export const environmentRoutes: readonly Route[] = [
  orgRoute(
    {
      ...shared,
      method: "get",
      path: "/orgs/{org}/environments",
      permission: "read",
      summary: "Environments, by name",
      response: environmentList,
    },
    ({ org }, { store }) =>
      inOrg(store, org.id, async (tx) => ({ environments: await listEnvironments(tx, org.id) })),
  ),
  orgRoute(
    {
      ...shared,
      method: "get",
      path: "/orgs/{org}/environments/{environmentId}/images",
      permission: "read",
      summary: "Images that run in an environment, by repository; drifted: its tag names another one by now",
      params,
      query: environmentImageQuery,
      response: environmentImagePage,
    },
    ({ org, params: { environmentId: id }, query }, { store }) =>
      inOrg(
        store,
        org.id,
        async (tx) => {
          const name = await findEnvironment(tx, org.id, id);
          if (name === null) throw new PlimsollError("NOT_FOUND", "There is no such environment.");
          const { entries, next } = await listEnvironmentImages(tx, org.id, { id, name }, query);
          return { entries: entries.map(viewImage), next };
        },
        { readOnly: true },
      ),
  ),
  orgRoute(
    {
      ...shared,
      method: "post",
      path: "/orgs/{org}/environments",
      permission: "manage-environments",
      summary: "Create an environment",
      body: environmentRequest,
      response: environmentView,
      status: 201,
      problems: ["CONFLICT"],
    },
    ({ org, caller, now, body: { name } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => {
        const made = await addEnvironment({ tx, queue, orgId: org.id, caller, now }, name);
        return { ...made, name, imageCount: 0 };
      }),
  ),
  orgRoute(
    {
      ...shared,
      method: "delete",
      path: "/orgs/{org}/environments/{environmentId}",
      permission: "manage-environments",
      summary: "Delete an environment; what was recorded in it is not deployed any more",
      params,
      response: null,
    },
    ({ org, caller, now, params: { environmentId } }, { store, queue }) =>
      inOrg(store, org.id, (tx) =>
        removeEnvironment({ tx, queue, orgId: org.id, caller, now }, environmentId),
      ),
  ),
  orgRoute(
    {
      ...shared,
      method: "post",
      path: "/orgs/{org}/environments/{environmentId}/images",
      permission: "record-environment",
      summary: "Record that an image runs in an environment; several versions of one image may",
      params,
      body: recordRequest,
      response: recordAnswer,
      problems: ["IMAGE_UNKNOWN"],
    },
    ({ org, caller, now, params: { environmentId }, body: { digest } }, { store, queue }) =>
      inOrg(store, org.id, async (tx) => ({
        imageCount: await recordImages({ tx, queue, orgId: org.id, caller, now }, environmentId, digest),
      })),
  ),
  orgRoute(
    {
      ...shared,
      method: "delete",
      path: "/orgs/{org}/environments/{environmentId}/images/{imageId}",
      permission: "record-environment",
      summary: "An image does not run in an environment any more",
      params: params.extend({ imageId: uuid }),
      response: null,
    },
    ({ org, caller, now, params: { environmentId, imageId } }, { store, queue }) =>
      inOrg(store, org.id, (tx) =>
        removeImage({ tx, queue, orgId: org.id, caller, now }, environmentId, imageId),
      ),
  ),
];

function viewImage({ recordedAt, ...row }: EnvironmentImageRow): EnvironmentImageView {
  return { ...row, recordedAt: recordedAt.toISOString() };
}
