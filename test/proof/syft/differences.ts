/** Every difference between Syft's inventory and ours that was looked into: who is right, and why. */
import type { Difference } from "./compare.ts";

export interface Explanation {
  /** Matches lines of `compare.ts`. */
  readonly pattern: RegExp;
  /** `both`: a matter of convention. */
  readonly right: "plimsoll" | "syft" | "both";
  readonly why: string;
}

export const explanations: readonly Explanation[] = [
  {
    pattern:
      /^syft only pkg:npm\/(?:bin|dist|benchmark)@1\.0\.0 .*\/(?:terser\/(?:bin|dist)|fast-uri\/benchmark)\/package\.json/,
    right: "plimsoll",
    why: "a package.json in a folder of terser and fast-uri, which only sets the module type there; `npm ls` lists no such package",
  },
  {
    pattern:
      /^syft only pkg:npm\/web-streams-(?:poly|pony)fill(?:-es\w+)? \/usr\/share\/nodejs\/web-streams-polyfill\//,
    right: "plimsoll",
    why: "entry points inside web-streams-polyfill, which is listed: a package.json without a version is no package that npm could install",
  },
  {
    pattern: /^syft only pkg:npm\/ruby-typeprof@\S+ \/usr\/lib\/ruby\/gems\/.*\/vscode\/package\.json/,
    right: "plimsoll",
    why: "source of an editor extension that lies in a gem; npm did not install it, and the gem is listed",
  },
  {
    pattern: /^syft only pkg:npm\/web@1\.0\.0 \/srv\/web\/package\.json$/,
    right: "both",
    why: "the project itself, private and in no registry: Syft lists it beside its dependencies, Plimsoll lists what was installed for it",
  },
  {
    pattern: /^syft only pkg:golang\/github\.com\/(?:cespare\/xxhash|go-chi\/chi)@/,
    right: "plimsoll",
    why: "`/v2` and `/v5` belong to the module's path, by which advisories and the proxy know it; Syft moves them into the subpath",
  },
  {
    pattern: /^plimsoll only pkg:golang\/github\.com\/(?:cespare\/xxhash\/v2|go-chi\/chi\/v5)@/,
    right: "plimsoll",
    why: "the same modules by their whole path, as `go version -m` prints it",
  },
  {
    pattern: /^version pkg:golang\/stdlib@(\S+) go\1 \1$/,
    right: "both",
    why: "Syft shows the standard library's version with Go's `go` before it; the package URLs are equal",
  },
  {
    pattern:
      /^syft only pkg:maven\/(?:org\.apache\.xerces\.impl\.Version\/xercesImpl|org\.apache\.xmlcommons\.Version\/xml-apis|org\.aspectj\.weaver\/aspectjweaver|org\.checkerframework\.checker\.qual\/checker-qual|org\.hibernate\/hibernate-commons-annotations|org\.lz4\.java\/lz4-java|org\.scala-lang\.scala-library\/scala-library)@/,
    right: "plimsoll",
    why: "groups guessed from words of the manifest; `mvn dependency:list` of the project says otherwise",
  },
  {
    pattern:
      /^plimsoll only pkg:maven\/(?:xerces\/xercesImpl|xml-apis\/xml-apis|org\.aspectj\/aspectjweaver|org\.checkerframework\/checker-qual|org\.hibernate\.common\/hibernate-commons-annotations|org\.lz4\/lz4-java|org\.scala-lang\/scala-library)@/,
    right: "plimsoll",
    why: "the groups by which Maven fetched these jars",
  },
  {
    pattern:
      /^(?:syft only pkg:maven\/(thymeleaf|thymeleaf-spring5)\/\1@|plimsoll only pkg:maven\/org\.thymeleaf\/thymeleaf(?:-spring5)?@)/,
    right: "plimsoll",
    why: "nothing in these jars names their group; Maven's is org.thymeleaf, and Syft repeats the artifact",
  },
  {
    pattern:
      /^syft only pkg:maven\/(?:jrt-fs\/jrt-fs@|org\.debian\.security\.UpdateCertificates\/ca-certificates-java )/,
    right: "plimsoll",
    why: "parts of Debian packages that are listed, with no coordinates of their own: the group is made up; Plimsoll names the files in a problem instead",
  },
];

export interface Explained {
  /** Numbers of lines, by explanation. */
  readonly counts: ReadonlyMap<Explanation, number>;
  readonly unexplained: readonly Difference[];
}

export function explain(
  differences: readonly Difference[],
  list: readonly Explanation[] = explanations,
): Explained {
  const counts = new Map<Explanation, number>(list.map((explanation) => [explanation, 0]));
  const unexplained: Difference[] = [];
  for (const difference of differences) {
    const found = list.find(({ pattern }) => pattern.test(difference));
    if (found === undefined) unexplained.push(difference);
    else counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return { counts, unexplained };
}
