export { apk } from "./apk/index.ts";
export { composer } from "./composer/index.ts";
export { deb } from "./deb/index.ts";
export { gem } from "./gem/index.ts";
export { github } from "./github/index.ts";
export { golang } from "./golang/index.ts";
export { npm } from "./npm/index.ts";
export { pypi } from "./pypi/index.ts";
