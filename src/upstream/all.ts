export { golang } from "./golang/index.ts";
export { maven } from "./maven/index.ts";
export { npm } from "./npm/index.ts";
export { pypi } from "./pypi/index.ts";
