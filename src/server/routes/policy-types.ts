/** What policies can be made of: the types, each with the schema that its form is made from. */
import { policyTypeList } from "../../api/rest/policies.ts";
import { policyTypeForms } from "../../policies/option-schema.ts";
import { orgRoute, type Route } from "../route.ts";

export const policyTypeRoutes: readonly Route[] = [
  orgRoute(
    {
      method: "get",
      path: "/orgs/{org}/policy-types",
      permission: "read",
      summary: "Policy types with their options",
      tag: "Policies",
      response: policyTypeList,
    },
    () => Promise.resolve({ types: policyTypeForms() }),
  ),
];
