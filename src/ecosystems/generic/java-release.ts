/**
 * The `release` file in a Java runtime's folder (JEP 223, https://openjdk.org/jeps/223): `KEY="value"` lines. It names who
 * built the runtime; the packages are named after that, as their advisories are.
 */
export interface JavaRuntime {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly cpe: string | null;
}

/** Null when the file is some other `release` file. */
export function readJavaRelease(text: string): JavaRuntime | null {
  const fields = new Map<string, string>();
  for (const line of text.split("\n").slice(0, linesMax)) {
    const found = /^([A-Z_]{1,40})="?([^"\r]{0,200})"?\r?$/.exec(line);
    if (found?.[1] !== undefined) fields.set(found[1], found[2] ?? "");
  }
  const written = fields.get("JAVA_VERSION") ?? "";
  const version = /^\d+(?:\.\d+)*(?:_\d+)?(?:-ea)?/.exec(written)?.[0];
  if (version === undefined) return null;
  const graal = /^\d+(?:\.\d+)*/.exec(fields.get("GRAALVM_VERSION") ?? "")?.[0];
  if (graal !== undefined)
    return { id: "graalvm", title: "GraalVM", version: graal, cpe: `oracle:graalvm:${graal}` };
  const implementor = fields.get("IMPLEMENTOR") ?? "";
  const known = builders.find(([word]) => implementor.includes(word));
  const isOracle = implementor.startsWith("Oracle") && fields.get("BUILD_TYPE") === "commercial";
  const [, id, title] = isOracle ? ["", "oracle-jdk", "Oracle JDK"] : (known ?? ["", "openjdk", "OpenJDK"]);
  // Only Oracle's own JDK and OpenJDK have names in the NVD that are used throughout.
  return {
    id,
    title,
    version,
    cpe: isOracle ? `oracle:jdk:${cpeVersion(version)}` : `oracle:openjdk:${cpeVersion(version)}`,
  };
}

const linesMax = 200;

const builders: readonly (readonly [string, string, string])[] = [
  ["Adoptium", "temurin", "Eclipse Temurin"],
  ["AdoptOpenJDK", "adoptopenjdk", "AdoptOpenJDK"],
  ["Azul", "zulu", "Azul Zulu"],
  ["Amazon", "corretto", "Amazon Corretto"],
  ["BellSoft", "liberica", "BellSoft Liberica"],
  ["IBM", "semeru", "IBM Semeru"],
  ["International Business Machines", "semeru", "IBM Semeru"],
  ["SAP", "sapmachine", "SapMachine"],
  ["Microsoft", "microsoft-openjdk", "Microsoft build of OpenJDK"],
  ["Alibaba", "dragonwell", "Alibaba Dragonwell"],
  ["Tencent", "kona", "Tencent Kona"],
  ["JetBrains", "jetbrains-runtime", "JetBrains runtime"],
];

/** The NVD writes `1.8.0:update292` for `1.8.0_292`, and later versions as they are. */
function cpeVersion(version: string): string {
  return version.replace("_", ":update");
}
