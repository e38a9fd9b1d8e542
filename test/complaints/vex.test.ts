/** Complaints of Docker Scout's users about VEX and exceptions. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { cvesReport, policyReport } from "../../src/api/reports.ts";
import { vexDoctorReport } from "../../src/api/vex-report.ts";
import { buildImage } from "../helpers/oci-image.ts";
import { CRITICAL, makeScene, npmPackage, osvRecord } from "../helpers/scene.ts";

const scene = makeScene("complaints-vex");
const built = buildImage({
  layers: [{ entries: [npmPackage("lib", "1.0.0"), npmPackage("other", "1.0.0")] }],
});
const LIB = "pkg:npm/lib@1.0.0";
let image = "";
before(async () => {
  await scene.advisories([
    osvRecord("CVE-2030-0001", "npm", "lib", {
      fixed: "2.0.0",
      severity: CRITICAL,
      aliases: ["GHSA-1111-1111-1111"],
    }),
    osvRecord("CVE-2030-0002", "npm", "other", { fixed: "2.0.0", severity: CRITICAL }),
  ]);
  image = scene.layout("app", built);
});
after(() => scene.close());

const openvex = (statements: readonly object[], timestamp: string): object => ({
  "@context": "https://openvex.dev/ns/v0.2.0",
  "@id": `https://example.com/vex/${timestamp}`,
  author: "Example Security <security@example.com>",
  timestamp,
  version: 1,
  statements,
});
const about = (status: string, more: object = {}): object => ({
  vulnerability: { name: "CVE-2030-0001" },
  products: [{ "@id": "pkg:docker/registry.example.com/team/app@1", subcomponents: [{ "@id": LIB }] }],
  status,
  ...(status === "not_affected" ? { justification: "vulnerable_code_not_in_execute_path" } : {}),
  ...more,
});

async function statusOf(...args: readonly string[]): Promise<string | undefined> {
  const { findings } = cvesReport.parse(await scene.json(["cves", ...args, image]));
  return findings.find(({ vulnerability }) => vulnerability === "CVE-2030-0001")?.status;
}

test("complaint 13: the newest statement about the same part decides, everywhere alike", async () => {
  scene.write("vex/a.json", openvex([about("not_affected")], "2030-01-01T00:00:00Z"));
  const location = ["--vex-location", "vex"];
  // The image is the product, the package its subcomponent, and nobody has to name the author.
  assert.equal(await statusOf(...location), "not_affected");
  scene.write(
    "vex/b.json",
    openvex([about("affected", { action_statement: "Update." })], "2030-01-02T00:00:00Z"),
  );
  assert.equal(await statusOf(...location), "affected");
  const { verdict } = policyReport.parse(await scene.json(["policy", ...location, image]));
  const deviations = verdict?.results[0]?.deviations.map(({ vulnerability }) => vulnerability);
  assert.ok(deviations?.includes("CVE-2030-0001"));
  const doctor = vexDoctorReport.parse(await scene.json(["vex", "doctor", ...location, image]));
  assert.deepEqual(doctor.statements.map(({ outcome }) => outcome).toSorted(), ["applied", "superseded"]);
});

test("complaint 14: what is exported names exact packages, and means the same to whoever reads it", async () => {
  scene.write("one/a.json", openvex([about("not_affected")], "2030-01-01T00:00:00Z"));
  const args = [
    "vex",
    "export",
    "--all",
    "--author",
    "Example <security@example.com>",
    "--vex-location",
    "one",
    image,
  ];
  const { stdout, exitCode, stderr } = await scene.run(args);
  assert.equal(exitCode, 0, stderr);
  const { statements } = JSON.parse(stdout) as {
    statements: {
      vulnerability: { name: string };
      status: string;
      products: { "@id": string; subcomponents?: { "@id": string }[] }[];
    }[];
  };
  const told = statements.map(({ vulnerability, status, products }) => [
    vulnerability.name,
    status,
    products.flatMap((product) => product.subcomponents?.map((part) => part["@id"]) ?? [product["@id"]]),
  ]);
  assert.deepEqual(told.toSorted(), [
    ["CVE-2030-0001", "not_affected", [LIB]],
    ["CVE-2030-0002", "affected", ["pkg:npm/other@1.0.0"]],
  ]);
  assert.ok(stdout.includes(built.manifestDigest.slice("sha256:".length)));
  scene.write("exported/a.json", stdout);
  assert.equal(await statusOf("--vex-location", "exported"), "not_affected");
});

test("complaint 15: an exception in a file of the repository, until its day", async () => {
  scene.write(
    ".plimsoll.yaml",
    `exceptions:
  - vulnerability: GHSA-1111-1111-1111
    kind: accepted_risk
    reason: Only in the tests of ours.
    scope:
      package: pkg:npm/lib
    expires: 2030-02-10
`,
  );
  const shown = async (now: string) => {
    const settings = { now: new Date(now) };
    const { findings } = cvesReport.parse(await scene.json(["cves", image], settings));
    return findings.map(({ vulnerability, suppressed }) => `${vulnerability} ${suppressed}`).toSorted();
  };
  assert.deepEqual(await shown("2030-02-01T00:00:00Z"), ["CVE-2030-0001 true", "CVE-2030-0002 false"]);
  assert.deepEqual(await shown("2030-02-12T00:00:00Z"), ["CVE-2030-0001 false", "CVE-2030-0002 false"]);
  const text = await scene.run(["cves", image]);
  assert.match(text.stdout, /Only in the tests of ours/, "what is excepted stays to be seen");
});

test("complaint 26: what a sensor saw at run time takes findings out as statements about the running digest", async () => {
  // As a sensor writes it that saw no file of the package loaded.
  const product = { "@id": `pkg:oci/app@${built.manifestDigest}`, subcomponents: [{ "@id": LIB }] };
  const statement = about("not_affected", {
    products: [product],
    impact_statement: "Never loaded in 30 days.",
  });
  scene.write("sensor/running.json", openvex([statement], "2030-01-20T00:00:00Z"));
  assert.equal(await statusOf("--no-config", "--vex-location", "sensor"), "not_affected");
  const other = { "@id": `pkg:oci/app@sha256:${"0".repeat(64)}`, subcomponents: [{ "@id": LIB }] };
  scene.write(
    "elsewhere/running.json",
    openvex([about("not_affected", { products: [other] })], "2030-01-20T00:00:00Z"),
  );
  assert.equal(await statusOf("--no-config", "--vex-location", "elsewhere"), "affected");
});
