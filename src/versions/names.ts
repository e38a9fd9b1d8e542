/**
 * Name rules that both the reader of packages and the reader of advisories need, so that the two meet.
 */

/**
 * A Python project's name in its one normal form: lower case, each run of `-`, `_` and `.` one hyphen.
 * `Zope.Interface` and `zope_interface` become `zope-interface`.
 * Source: https://packaging.python.org/en/latest/specifications/name-normalization/ (PEP 503).
 */
export function normalisePypiName(name: string): string {
  return name.replace(/[-_.]+/g, "-").toLowerCase();
}

/**
 * A Go module path as it is looked up: lower case, as package URLs have it. No two modules of the feeds differ in case alone.
 * Source: https://github.com/package-url/purl-spec/blob/main/types/golang-definition.json.
 */
export function normaliseGolangPath(path: string): string {
  return path.toLowerCase();
}

/** A NuGet id in its one normal form: NuGet itself compares ids without regard to case. */
export function normaliseNugetName(name: string): string {
  return name.toLowerCase();
}
