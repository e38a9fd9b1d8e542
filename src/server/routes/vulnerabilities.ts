/** Who is affected by a vulnerability. */
import { z } from "zod";
import { affectedView } from "../../api/rest/images.ts";
import { PlimsollError } from "../../domain/error.ts";
import { inOrg } from "../../store/in-org.ts";
import { countUnmatched } from "../../store/views/counting-images.ts";
import { findAffectedImages } from "../../store/views/affected-images.ts";
import { viewAffected } from "../image-views.ts";
import { orgRoute, type Route } from "../route.ts";

export const vulnerabilityRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/vulnerabilities/{vulnerability}",
      permission: "read",
      summary: "Images that hold a vulnerability, by any of its ids",
      tag: "Vulnerabilities",
      params: z.object({ vulnerability: z.string().min(1).max(200) }),
      response: affectedView,
    },
    ({ org, params: { vulnerability } }, { store }) =>
      inOrg(
        store,
        org.id,
        async (tx) => {
          const affected = await findAffectedImages(tx, org.id, vulnerability);
          const unknownCount = await countUnmatched(tx, org.id);
          if (affected !== null) return viewAffected(affected, unknownCount);
          const unknown =
            unknownCount === 0
              ? ""
              : ` ${unknownCount} of its images were not compared with a vulnerability database, so nobody knows of those.`;
          throw new PlimsollError("NOT_FOUND", `No image of the organisation is known to hold it.${unknown}`);
        },
        { readOnly: true },
      ),
  ),
];
