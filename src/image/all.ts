export { archive } from "./archive/index.ts";
export { engine } from "./engine/index.ts";
export { containerd } from "./containerd/index.ts";
export { ociDir } from "./oci-dir/index.ts";
export { registry } from "./registry/index.ts";
export { rootfs } from "./rootfs/index.ts";
export { sbom } from "./sbom/index.ts";
