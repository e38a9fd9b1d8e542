export { distribution } from "./distribution/index.ts";
