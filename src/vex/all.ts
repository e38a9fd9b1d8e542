export { openvex } from "./openvex/index.ts";
export { csaf } from "./csaf/index.ts";
export { cyclonedx } from "./cyclonedx/index.ts";
