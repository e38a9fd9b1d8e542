/** Where the demonstration keeps its things: inside the checkout, apart from what the user keeps. */
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");
export const folder = join(root, "build/demo");
/** OCI layout of the image. */
export const layout = join(folder, "image");
/** Vulnerability database. */
export const database = join(folder, "db");
export const cache = join(folder, "cache");
