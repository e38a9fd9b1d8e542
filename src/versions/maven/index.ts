/**
 * Versions of Java packages, as Maven 3.9 orders them (`ComparableVersion`).
 */
import { remember } from "../shared/remember.ts";
import type { VersionScheme } from "../types.ts";
import { compareLists } from "./order.ts";
import { readMavenVersion } from "./version.ts";

const read = remember(readMavenVersion);

export const maven: VersionScheme = Object.freeze({
  id: "maven",
  title: "Maven versions",
  specs: [
    "https://maven.apache.org/pom.html#version-order-specification",
    "https://github.com/apache/maven/blob/maven-3.9.x/maven-artifact/src/main/java/org/apache/maven/artifact/versioning/ComparableVersion.java",
  ],
  version: 1,
  compare: (a: string, b: string) => compareLists(read(a), read(b)),
  isValid,
});

function isValid(version: string): boolean {
  try {
    read(version);
    return true;
  } catch {
    // readMavenVersion throws for one reason only.
    return false;
  }
}
