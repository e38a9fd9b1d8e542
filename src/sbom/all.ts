export { native } from "./native/index.ts";
export { list } from "./list/index.ts";
export { cyclonedx } from "./cyclonedx/index.ts";
export { spdx } from "./spdx/index.ts";
export { spdx3 } from "./spdx3/index.ts";
export { github } from "./github/index.ts";
export { syft } from "./syft/index.ts";
export { scout } from "./scout/index.ts";
