/** The import plan as rules; the table itself is in `tools/plan-table.cjs`. Run by `npm run plan` and `test/plan.test.ts`. */
const {
  rows,
  pureAreas,
  pureNodeModules,
  families,
  fences,
  webMayImport,
} = require("./tools/plan-table.cjs");

const notTest = "\\.test\\.ts$";
const code = (areas) => `^src/(${areas.join("|")})/`;

const areaRules = Object.entries(rows).map(([area, [mayImport, why]]) => ({
  name: `${area}-imports`,
  comment: why,
  severity: "error",
  from: { path: `^src/${area}/`, pathNot: notTest },
  to: { path: "^src/", pathNot: code([...new Set([area, "domain", ...mayImport])]) },
}));

const fenceRules = Object.entries(fences).map(([name, areas]) => ({
  name: `fence-${name.replace(/[^a-z0-9]+/g, "-")}`,
  comment: "a heavy or replaceable package stays in the areas that need it",
  severity: "error",
  from: { path: "^src/", pathNot: [notTest, code(areas)] },
  to: { path: `^node_modules/${name}/`, dependencyTypesNot: ["type-only"] },
}));

module.exports = {
  forbidden: [
    ...areaRules,
    ...fenceRules,
    {
      name: "pure-areas-do-no-io",
      comment: "the middle is handed bytes, rows and the time; it never opens, fetches or asks",
      severity: "error",
      from: { path: code(pureAreas), pathNot: notTest },
      to: { dependencyTypes: ["core"], pathNot: `^(node:)?(${pureNodeModules.join("|")})$` },
    },
    {
      name: "no-plugin-imports-a-sibling",
      comment: "a plugin imports its family's types.ts and shared/, never another plugin",
      severity: "error",
      from: { path: `^src/(${families.join("|")})/([^/]+)/`, pathNot: [notTest, "^src/[^/]+/shared/"] },
      to: { path: "^src/$1/[^/]+/", pathNot: ["^src/$1/$2/", "^src/$1/shared/"] },
    },
    {
      name: "no-plugin-imports-its-driver",
      comment: "a driver knows its plugins, not the other way round",
      severity: "error",
      from: { path: `^src/(${families.join("|")})/([^/]+)/`, pathNot: [notTest, "^src/[^/]+/shared/"] },
      to: { path: "^src/$1/all\\.ts$" },
    },
    {
      name: "no-circles",
      comment: "files that import each other cannot be understood alone",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-code-from-tests",
      comment: "the product never depends on its tests, nor on the fixtures of its plugins",
      severity: "error",
      from: { path: "^src/", pathNot: [notTest, "/fixtures/"] },
      to: { path: ["^test/", notTest] },
    },
    {
      name: "web-knows-the-api-only",
      comment:
        "the dashboard is one more client of the API; what it shares with the server is the shape of it",
      severity: "error",
      from: { path: "^web/src/", pathNot: notTest },
      to: { path: "^(src|tools|test|bench)/", pathNot: code(webMayImport) },
    },
    {
      name: "web-imports-types-only",
      comment: "code of the server in the browser would bring zod and its kin along",
      severity: "error",
      from: { path: "^web/src/", pathNot: notTest },
      to: { path: "^src/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "web-runs-in-a-browser",
      comment: "there is no node in a browser",
      severity: "error",
      from: { path: "^web/src/", pathNot: notTest },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "nobody-imports-web",
      comment: "the dashboard is built, then served as files",
      severity: "error",
      from: { path: "^(src|tools|test|bench)/" },
      to: { path: "^web/" },
    },
    {
      name: "not-to-unresolvable",
      comment:
        "an import that cannot be resolved is broken; packages of web are resolved by its own compiler",
      severity: "error",
      from: { pathNot: "^web/" },
      to: { couldNotResolve: true },
    },
    {
      name: "product-packages-are-listed",
      comment:
        "a package of the product is bundled into what ships, so it stands in the table, with its licence in docs/dependencies.md",
      severity: "error",
      from: { path: "^src/", pathNot: notTest },
      to: {
        path: "node_modules/",
        pathNot: `^node_modules/(${Object.keys(fences).join("|")})/`,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "no-unlisted-packages",
      comment: "a package that package.json does not name is there by chance",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
    },
  },
};
