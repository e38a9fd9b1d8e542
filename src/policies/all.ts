export { approvedBaseImages } from "./approved-base-images/index.ts";
export { highProfile } from "./high-profile/index.ts";
export { licenses } from "./licenses/index.ts";
export { nonRoot } from "./non-root/index.ts";
export { severity } from "./severity/index.ts";
export { supplyChainAttestations } from "./supply-chain-attestations/index.ts";
export { upToDateBase } from "./up-to-date-base/index.ts";
