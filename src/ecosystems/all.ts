export { apk } from "./apk/index.ts";
export { deb } from "./deb/index.ts";
