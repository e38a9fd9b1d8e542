/** The configuration of what has none, a folder or an SBOM, and what recorded facts do not tell of one. */
import type { ImageConfig } from "./image.ts";

/** Nothing is set. The platform is left to who knows it. */
export const emptyImageConfig: Omit<ImageConfig, "platform"> = Object.freeze({
  createdAt: null,
  user: "",
  env: [],
  labels: {},
  entrypoint: [],
  cmd: [],
  workingDir: "",
  exposedPorts: [],
  history: [],
});
