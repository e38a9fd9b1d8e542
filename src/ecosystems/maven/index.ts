/**
 * Java packages by their Maven coordinates. In an image: archives of Java code, with the archives in them and what was packed
 * into them, modules that lie unpacked, and programs that GraalVM compiled to machine code, by the list of packages that it
 * puts into them. In a source tree: what poms and lock files of Gradle and sbt pin.
 */
import type { FileHead, FileView, WantedFile } from "../../domain/files.ts";
import type { CatalogContext, CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { lookIntoArchive } from "./archive.ts";
import { catalogInstalled } from "./installed.ts";
import { isArchiveName } from "./jar-name.ts";
import { lookIntoNativeImage, wantsNativeImage } from "./native-image.ts";
import { mavenNaming } from "./naming.ts";
import { catalogSources, wantsSource } from "./sources.ts";

export const maven: Ecosystem = {
  ...mavenNaming,
  title: "Java packages",
  specs: [
    "https://maven.apache.org/ref/current/maven-model/maven.html",
    "https://maven.apache.org/shared/maven-archiver/",
    "https://docs.oracle.com/en/java/javase/17/docs/specs/jar/jar.html",
    "https://docs.gradle.org/current/userguide/dependency_locking.html",
    "https://www.graalvm.org/jdk25/security-guide/native-image/sbom/",
  ],
  knows: {
    licenses: true,
    authors: true,
    descriptions: true,
    digests: true,
    dependencies: true,
    files: false,
    proof: "native-tool",
  },
  endings: ["/pom.properties"],
  wants,
  inspect: {
    wants: (head: FileHead, mode: CatalogMode) =>
      mode === "installed" && (isArchiveName(head.path) || wantsNativeImage(head)),
    look: (head: FileHead, view: FileView) =>
      isArchiveName(head.path) ? lookIntoArchive(head, view) : lookIntoNativeImage(view),
  },
  catalog,
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode === "sources") return wantsSource(path);
  return path.endsWith("/pom.properties") && path.includes("META-INF/maven/");
}

function catalog(files: readonly WantedFile[], { mode, inspected }: CatalogContext): CatalogResult {
  return mode === "sources" ? catalogSources(files) : catalogInstalled(files, inspected);
}
