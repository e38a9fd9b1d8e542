/** Sign in. */
import type { ReactElement } from "react";
import { PageHeader } from "../../parts/page-header.tsx";
import { LoadingState } from "../../parts/states.tsx";

export function LoginPage(): ReactElement {
  return (
    <>
      <PageHeader title="Sign in" />
      <LoadingState what="the form" />
    </>
  );
}
