export { table } from "./table/index.ts";
export { json } from "./json/index.ts";
export { sarif } from "./sarif/index.ts";
export { markdown } from "./markdown/index.ts";
export { gitlab } from "./gitlab/index.ts";
