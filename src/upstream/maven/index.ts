/** Maven: `maven-metadata.xml` of an artifact; `release` where the repository tells it, else `latest`. */
import type { UpstreamSource } from "../types.ts";

export const maven: UpstreamSource = Object.freeze({
  id: "maven",
  title: "Maven",
  specs: ["https://maven.apache.org/ref/current/maven-repository-metadata/repository-metadata.html"],
  version: 1,
  accept: "application/xml, text/xml",
  path(name) {
    const [, group = "", artifact = ""] = /^([\w-][\w.-]{0,200}):([\w-][\w.-]{0,200})$/.exec(name) ?? [];
    if (group === "" || group.includes("..")) return null;
    return `${group.replaceAll(".", "/")}/${artifact}/maven-metadata.xml`;
  },
  read(text) {
    const version = element(text, "release") ?? element(text, "latest");
    if (version === null) return null;
    return { version, releasedAt: timeOf(element(text, "lastUpdated")), deprecated: null };
  },
} satisfies UpstreamSource);

/** These elements hold text alone and stand once; a document with entities in them is none that Maven writes. */
function element(text: string, name: string): string | null {
  const start = text.indexOf(`<${name}>`);
  const end = start === -1 ? -1 : text.indexOf(`</${name}>`, start);
  if (end === -1) return null;
  const value = text.slice(start + name.length + 2, end).trim();
  return /^[\w.+-]{1,200}$/.test(value) ? value : null;
}

/** `20300131235959` */
function timeOf(digits: string | null): string | null {
  const [, year = "", month = "", day = ""] = /^(\d{4})(\d\d)(\d\d)\d{6}$/.exec(digits ?? "") ?? [];
  return year === "" ? null : `${year}-${month}-${day}`;
}
