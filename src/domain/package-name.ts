/** How a package is called where people read it. */
import type { Package } from "./package.ts";

/**
 * As its ecosystem writes it: `@types/node`, `golang.org/x/net`, `symfony/http-kernel`, `org.slf4j:slf4j-api`, `libssl3`. The name space
 * of a distribution is no part of a name.
 */
export function packageName({
  ecosystem,
  namespace,
  name,
}: Pick<Package, "ecosystem" | "namespace" | "name">): string {
  if (namespace === null || distributions.has(ecosystem)) return name;
  return ecosystem === "maven" ? `${namespace}:${name}` : `${namespace}/${name}`;
}

/** Types of package URLs whose name space tells who packaged it. */
const distributions: ReadonlySet<string> = new Set(["deb", "apk", "rpm", "alpm", "opkg", "generic"]);
