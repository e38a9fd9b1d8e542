export { openvex } from "./openvex/index.ts";
