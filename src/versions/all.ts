export { alpm } from "./alpm/index.ts";
export { apk } from "./apk/index.ts";
export { deb } from "./deb/index.ts";
export { ebuild } from "./ebuild/index.ts";
export { pep440 } from "./pep440/index.ts";
export { rpm } from "./rpm/index.ts";
export { semver } from "./semver/index.ts";
