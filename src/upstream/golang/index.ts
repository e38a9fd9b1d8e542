/** Go modules: what the module proxy calls the latest. Upper-case letters are escaped by an exclamation mark. */
import { recordOf } from "../../domain/json-record.ts";
import type { UpstreamSource } from "../types.ts";

export const golang: UpstreamSource = Object.freeze({
  id: "golang",
  title: "Go",
  specs: ["https://go.dev/ref/mod#goproxy-protocol"],
  version: 1,
  accept: "application/json",
  path(name) {
    const isModule = /^[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}(?:\/[\w.~-]{1,100}){0,10}$/i.test(name);
    if (!isModule || name.split("/").some((part) => /^\.+$/.test(part))) return null;
    return `${name.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`)}/@latest`;
  },
  read(text) {
    const answer = recordOf(JSON.parse(text));
    const version = answer?.["Version"];
    const time = answer?.["Time"];
    if (typeof version !== "string") return null;
    return { version, releasedAt: typeof time === "string" ? time : null, deprecated: null };
  },
} satisfies UpstreamSource);
