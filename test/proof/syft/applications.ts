/** What the applications in the proof's images are made of. Versions of what is asked for are pinned; theirs are not. */

export const pythonPackages = [
  "flask==2.3.3",
  "django==4.2.5",
  "boto3==1.28.40",
  "numpy==1.25.2",
  "ruamel.yaml==0.17.32",
  "zope.interface==6.0",
];

/** Debian's names. */
export const gems = [
  "ruby-sinatra",
  "ruby-rack",
  "ruby-rack-protection",
  "ruby-tilt",
  "ruby-mustermann",
  "rubocop",
  "ruby-nokogiri",
  "ruby-rails-html-sanitizer",
  "ruby-activesupport",
  "ruby-redis",
];

export const nodePackages = [
  "express@4.18.2",
  "webpack@5.88.2",
  "eslint@8.48.0",
  "lodash@4.17.20",
  "@babel/core@7.22.15",
  "axios@1.5.0",
];

/** Libraries that Debian packs without their composer.json; `folder` is below `/usr/share/php`. */
export const phpLibraries = [
  { debian: "php-psr-log", name: "psr/log", version: "1.1.4", folder: "Psr/Log" },
  { debian: "php-psr-container", name: "psr/container", version: "1.1.2", folder: "Psr/Container" },
  {
    debian: "php-symfony-console",
    name: "symfony/console",
    version: "5.4.53",
    folder: "Symfony/Component/Console",
  },
  { debian: "php-twig", name: "twig/twig", version: "3.5.1", folder: "Twig" },
] as const;

export const goModule = `module example.com/router

go 1.21

require (
	github.com/go-chi/chi/v5 v5.0.10
	github.com/prometheus/client_golang v1.16.0
	github.com/spf13/cobra v1.7.0
	gopkg.in/yaml.v3 v3.0.1
)
`;

export const goProgram = `package main

import (
	"fmt"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"
)

var version = "dev"

func main() {
	out, _ := yaml.Marshal(map[string]string{"version": version})
	fmt.Println(string(out), chi.NewRouter(), prometheus.NewRegistry(), (&cobra.Command{Use: "router"}).Execute())
}
`;

const starters = ["web", "data-jpa", "actuator", "security", "thymeleaf"];
const others = [
  "org.apache.logging.log4j:log4j-core:2.14.1",
  "com.google.guava:guava:32.1.2-jre",
  "org.apache.kafka:kafka-clients:3.1.2",
  "org.bouncycastle:bcprov-jdk15on:1.70",
  "xerces:xercesImpl:2.12.2",
  "com.typesafe.akka:akka-actor_2.13:2.6.20",
  "org.postgresql:postgresql:42.5.4",
  "io.netty:netty-all:4.1.94.Final",
];

function dependency(name: string): string {
  const [groupId = "", artifactId = "", version = ""] = name.split(":");
  return `<dependency><groupId>${groupId}</groupId><artifactId>${artifactId}</artifactId><version>${version}</version></dependency>`;
}

export const bootPom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>org.example.plimsoll</groupId><artifactId>boot</artifactId><version>1.0</version>
<properties><maven.compiler.source>17</maven.compiler.source><maven.compiler.target>17</maven.compiler.target></properties>
<dependencies>${starters.map((name) => dependency(`org.springframework.boot:spring-boot-starter-${name}:2.7.12`)).join("")}
${others.map(dependency).join("")}</dependencies>
<build><plugins><plugin><groupId>org.springframework.boot</groupId><artifactId>spring-boot-maven-plugin</artifactId><version>2.7.12</version>
<configuration><mainClass>x.Main</mainClass></configuration>
<executions><execution><goals><goal>repackage</goal></goals></execution></executions></plugin></plugins></build></project>
`;
