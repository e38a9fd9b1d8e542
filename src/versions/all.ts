export { apk } from "./apk/index.ts";
export { deb } from "./deb/index.ts";
export { pep440 } from "./pep440/index.ts";
export { semver } from "./semver/index.ts";
