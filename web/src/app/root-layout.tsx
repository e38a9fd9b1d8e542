/** Around every page, signed in or not. */
import { Outlet } from "@tanstack/react-router";
import { Suspense, type ReactElement } from "react";
import { LoadingState } from "../parts/states.tsx";
import { ToastRegion } from "../parts/toast.tsx";

export function RootLayout(): ReactElement {
  return (
    <>
      <Suspense fallback={<LoadingState what="the dashboard" />}>
        <Outlet />
      </Suspense>
      <ToastRegion />
    </>
  );
}
