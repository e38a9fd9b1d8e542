/** `/` and `/o/ORG`: to the overview, of the organisation last looked at where no other is named; or to the page for signing in. */
import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { sessionQuery } from "../api/session.ts";
import { EmptyState, FailedState, LoadingState } from "../parts/states.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { readLastOrg } from "./last-org.ts";

export function HomeRedirect(): ReactElement {
  const { org: named } = useParams({ strict: false });
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session === undefined)
    return error === null ? (
      <LoadingState what="your account" />
    ) : (
      <FailedState error={error} onRetry={() => void refetch()} />
    );
  if (session === null) return <Navigate to="/login" replace />;
  const names = session.organisations.map(({ name }) => name);
  const last = readLastOrg();
  const org = named ?? names.find((name) => name === last) ?? names[0];
  if (org !== undefined) return <Navigate to="/o/$org/overview" params={{ org }} replace />;
  return (
    <main className="mx-auto max-w-3xl p-6">
      <PageHeader title="No organisation" />
      <EmptyState title="You are in no organisation yet" icon="user">
        An owner of an organisation can add you; an administrator can make one with{" "}
        <code className="font-mono">plimsoll enroll ORG</code>.
      </EmptyState>
    </main>
  );
}
