/** The organisation of the page, and what the reader may do in it. */
import { useParams } from "@tanstack/react-router";
import { useSignedIn, type Role } from "../api/session.ts";
import { may, type Right } from "./rights.ts";

export interface OrgAccess {
  /** Name, as in addresses. */
  readonly org: string;
  readonly role: Role;
  readonly may: (right: Right) => boolean;
}

/** Inside of the shell only, which has checked that the reader is a member. */
export function useOrg(): OrgAccess {
  const { org } = useParams({ from: "/o/$org" });
  const { organisations } = useSignedIn();
  const role = organisations.find(({ name }) => name === org)?.role ?? "viewer";
  return { org, role, may: (right) => may(role, right) };
}
