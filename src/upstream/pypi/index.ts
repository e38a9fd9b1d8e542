/** PyPI: the JSON document of a project, whose `info` is about the newest version that is no pre-release. */
import { recordOf } from "../../domain/json-record.ts";
import type { UpstreamSource } from "../types.ts";

export const pypi: UpstreamSource = Object.freeze({
  id: "pypi",
  title: "PyPI",
  specs: ["https://docs.pypi.org/api/json/"],
  version: 1,
  accept: "application/json",
  path: (name) => (/^[A-Za-z0-9][\w.-]{0,200}$/.test(name) ? `pypi/${name}/json` : null),
  read(text) {
    const document = recordOf(JSON.parse(text));
    const info = recordOf(document?.["info"]);
    const version = info?.["version"];
    if (typeof version !== "string") return null;
    const reason = info?.["yanked_reason"];
    const yanked =
      info?.["yanked"] === true ? (typeof reason === "string" ? reason : "it was withdrawn") : null;
    return { version, releasedAt: uploadedAt(document?.["urls"]), deprecated: yanked };
  },
} satisfies UpstreamSource);

function uploadedAt(urls: unknown): string | null {
  const first = recordOf(Array.isArray(urls) ? urls[0] : null);
  const time = first?.["upload_time_iso_8601"];
  return typeof time === "string" ? time : null;
}
