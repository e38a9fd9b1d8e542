/** A page of all parts, for those who make pages, and for the eye: `npm run gallery` in `web/`. It is not part of what ships. */
import "../theme/theme.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, RouterContextProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createQueryClient } from "../api/query-client.ts";
import { createAppRouter } from "../app/router.tsx";
import { readTheme, showTheme } from "../theme/theme.ts";
import { Gallery } from "./gallery.tsx";

showTheme(readTheme());

const queryClient = createQueryClient();
const router = createAppRouter(queryClient, createMemoryHistory({ initialEntries: ["/"] }));
const place = document.getElementById("root");
if (place === null) throw new Error("gallery.html holds no element with the id root");
createRoot(place).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <RouterContextProvider router={router}>
        <Gallery />
      </RouterContextProvider>
    </QueryClientProvider>
  </StrictMode>,
);
