export { alpine } from "./alpine/index.ts";
export { chainguard } from "./chainguard/index.ts";
export { debian } from "./debian/index.ts";
export { epss } from "./epss/index.ts";
export { kev } from "./kev/index.ts";
export { nvd } from "./nvd/index.ts";
export { osv } from "./osv/index.ts";
export { wolfi } from "./wolfi/index.ts";
