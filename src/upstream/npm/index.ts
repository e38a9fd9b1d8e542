/** npm: the manifest of the tag `latest`, which is what `npm install` takes. */
import { recordOf } from "../../domain/json-record.ts";
import type { UpstreamSource } from "../types.ts";

export const npm: UpstreamSource = Object.freeze({
  id: "npm",
  title: "npm",
  specs: ["https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md"],
  version: 1,
  accept: "application/json",
  path(name) {
    if (!/^(?:@[a-z0-9~*][\w.~*-]{0,100}\/)?[A-Za-z0-9~_-][\w.~-]{0,213}$/.test(name)) return null;
    return `${name.replace("/", "%2f")}/latest`;
  },
  read(text) {
    const manifest = recordOf(JSON.parse(text));
    const version = manifest?.["version"];
    const deprecated = manifest?.["deprecated"];
    if (typeof version !== "string") return null;
    return { version, releasedAt: null, deprecated: typeof deprecated === "string" ? deprecated : null };
  },
} satisfies UpstreamSource);
