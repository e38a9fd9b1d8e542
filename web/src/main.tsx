/** Where the dashboard starts. */
import "./theme/theme.css";
import { readTheme, showTheme } from "./theme/theme.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "./api/query-client.ts";
import { createAppRouter } from "./app/router.tsx";

showTheme(readTheme());

const queryClient = createQueryClient();
const router = createAppRouter(queryClient);
const place = document.getElementById("root");
if (place === null) throw new Error("index.html holds no element with the id root");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
