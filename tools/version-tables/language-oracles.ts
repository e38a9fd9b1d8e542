/**
 * Oracles of languages whose tool is asked through a small program of its own: where that program is and how it is run.
 */
import { fileURLToPath } from "node:url";

/** Command of each scheme's oracle. It answers `--version`, and pairs from standard input, a line each. */
export const languageOracles: Readonly<Record<string, readonly string[]>> = {
  // Debian: ruby.
  gem: ["ruby", here("gem-oracle.rb")],
  // Debian: php-cli, composer.
  composer: ["php", here("composer-oracle.php")],
  // PyPI: py-rattler. CONDA_PYTHON names the Python that has it.
  conda: [process.env["CONDA_PYTHON"] ?? "python3", here("conda-oracle.py")],
  // Maven Central: org.apache.maven:maven-artifact. MAVEN_ARTIFACT names the jar. Debian: default-jdk-headless.
  maven: ["java", "-cp", process.env["MAVEN_ARTIFACT"] ?? "maven-artifact.jar", here("MavenOracle.java")],
  // npm: nuget-exe. NUGET_ORACLE names the program made of nuget-oracle.cs, NUGET_EXE nuget.exe. Debian: mono-mcs.
  nuget: ["mono", process.env["NUGET_ORACLE"] ?? "nuget-oracle.exe", process.env["NUGET_EXE"] ?? "nuget.exe"],
  // Debian: r-base-core.
  dotted: ["Rscript", "--vanilla", here("dotted-oracle.R")],
  // Built by `go build` in golang-oracle.
  golang: [process.env["GOLANG_ORACLE"] ?? "golang-oracle"],
  // Built by `go build` in bitnami-oracle.
  bitnami: [process.env["BITNAMI_ORACLE"] ?? "bitnami-oracle"],
  // Built by `cargo build` in generic-oracle.
  generic: [process.env["GENERIC_ORACLE"] ?? "generic-oracle"],
  // The program made of semver-build-oracle.rs.
  "semver-build": [process.env["SEMVER_BUILD_ORACLE"] ?? "semver-build-oracle"],
};

function here(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
