/**
 * What Maven packs here into an enterprise archive, a web archive, a shaded jar of another name and a Spring Boot program, as
 * `mvn dependency:list` lists it: jars of Maven itself, of Gradle, Ant and sbt. Maven fetches them from its central repository.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { maven } from "../../src/ecosystems/maven/index.ts";
import { catalogSample } from "../helpers/ecosystem-sample.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

let folder = "";
before(() => void (folder = mkdtempSync(join(tmpdir(), "plimsoll-maven-"))));
after(() => rmSync(folder, { recursive: true, force: true }));

const group = "org.example.plimsoll";
const parent = `<parent><groupId>${group}</groupId><artifactId>all</artifactId><version>1.0</version></parent>`;

function pom(body: string): string {
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>${body}</project>`;
}

function dependency(name: string): string {
  const [groupId = "", artifactId = "", version = "", type = "jar"] = name.split(":");
  return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version><type>${type}</type></dependency>`;
}

function plugin(artifact: string, version: string, rest = ""): string {
  return `<plugin><groupId>org.apache.maven.plugins</groupId><artifactId>${artifact}</artifactId><version>${version}</version>${rest}</plugin>`;
}

const listPlugin = plugin(
  "maven-dependency-plugin",
  "3.6.0",
  "<executions><execution><phase>package</phase><goals><goal>list</goal></goals><configuration><outputFile>target/list.txt</outputFile><includeScope>runtime</includeScope></configuration></execution></executions>",
);

const libraries = [
  "com.google.guava:guava:32.1.2-jre",
  "org.apache.logging.log4j:log4j-core:2.14.1",
  // Built by Gradle, without a word of Maven in them.
  "org.springframework:spring-webmvc:5.3.20",
  "com.squareup.okhttp3:okhttp:4.9.3",
  "io.micrometer:micrometer-core:1.9.11",
  "org.apache.kafka:kafka-clients:3.1.2",
  // Built by Ant and by sbt.
  "org.bouncycastle:bcprov-jdk15on:1.70",
  "xerces:xercesImpl:2.12.2",
  "com.typesafe.akka:akka-actor_2.13:2.6.20",
];
const shadedLibraries = ["org.apache.commons:commons-lang3:3.12.0", "commons-io:commons-io:2.11.0"];

const poms: Readonly<Record<string, string>> = {
  ".": `<groupId>${group}</groupId><artifactId>all</artifactId><version>1.0</version><packaging>pom</packaging>
    <modules><module>web</module><module>shaded</module><module>ear</module><module>boot</module></modules>`,
  web: `${parent}<artifactId>web</artifactId><packaging>war</packaging>
    <dependencies>${libraries.map(dependency).join("")}</dependencies>
    <build><plugins>${plugin("maven-war-plugin", "3.3.2", "<configuration><failOnMissingWebXml>false</failOnMissingWebXml></configuration>")}
    ${listPlugin}</plugins></build>`,
  shaded: `${parent}<artifactId>shaded</artifactId>
    <dependencies>${shadedLibraries.map(dependency).join("")}</dependencies>
    <build><finalName>everything</finalName><plugins>
    ${plugin("maven-shade-plugin", "3.5.1", "<executions><execution><phase>package</phase><goals><goal>shade</goal></goals><configuration><createDependencyReducedPom>false</createDependencyReducedPom></configuration></execution></executions>")}</plugins></build>`,
  boot: `${parent}<artifactId>boot</artifactId>
    <dependencies>${dependency("org.springframework.boot:spring-boot-starter-web:2.7.12")}</dependencies>
    <build><plugins>
    <plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId><version>2.7.12</version><configuration><mainClass>x.Main</mainClass></configuration><executions><execution><goals><goal>repackage</goal></goals></execution></executions></plugin>
    ${listPlugin}</plugins></build>`,
  ear: `${parent}<artifactId>ear</artifactId><packaging>ear</packaging>
    <dependencies>${dependency(`${group}:web:1.0:war`)}</dependencies>
    <build><plugins>${plugin("maven-ear-plugin", "3.3.0", "<configuration><version>8</version></configuration>")}</plugins></build>`,
};

function packagesOf(path: string): readonly string[] {
  const files = { [basename(path)]: readFileSync(join(folder, path)) };
  const { packages, problems } = catalogSample(maven, { mode: "installed", distro: null, files });
  assert.deepEqual(problems, []);
  return packages.map((pkg) => `${pkg.namespace}:${pkg.name}:${pkg.version}`).sort();
}

/** What Maven lists for a module, as `group:artifact:version`. */
function listOf(module: string): readonly string[] {
  const text = readFileSync(join(folder, module, "target/list.txt"), "utf8");
  const lines = text.matchAll(/^ +([^\s:]+):([^\s:]+):jar:([^\s:]+):(?:compile|runtime)/gm);
  return [...lines].map(([, groupId, artifactId, version]) => `${groupId}:${artifactId}:${version}`);
}

test("mvn dependency:list", { skip: skipWithoutPrograms("mvn") }, () => {
  for (const [module, body] of Object.entries(poms)) {
    mkdirSync(join(folder, module), { recursive: true });
    writeFileSync(join(folder, module, "pom.xml"), pom(body));
  }
  execFileSync("mvn", ["-q", "-B", "package", "-f", join(folder, "pom.xml")], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const listed = listOf("web");
  assert.ok(listed.length >= 25, `only ${listed.length} were listed`);
  const web = [`${group}:web:1.0`, ...listed];
  assert.deepEqual(packagesOf("web/target/web-1.0.war"), web.toSorted());
  assert.deepEqual(packagesOf("ear/target/ear-1.0.ear"), [`${group}:ear:1.0`, ...web].sort());
  assert.deepEqual(
    packagesOf("shaded/target/everything.jar"),
    [`${group}:shaded:1.0`, ...shadedLibraries].sort(),
  );
  // Spring Boot leaves out its starters, which are empty, and adds a tool of its own.
  const packed = listOf("boot").filter((name) => !name.includes(":spring-boot-starter"));
  assert.deepEqual(
    packagesOf("boot/target/boot-1.0.jar"),
    [`${group}:boot:1.0`, "org.springframework.boot:spring-boot-jarmode-layertools:2.7.12", ...packed].sort(),
  );
});
