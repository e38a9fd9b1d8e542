/** The tools of `plimsoll mcp`: the protocol's own client asks, every tool is a verb that reads, and no argument becomes an option. */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { mcpInputs, type McpTool } from "../src/api/mcp-tools.ts";
import { toolNames, tools, type ToolRow } from "../src/cli/mcp/tools.ts";
import { repositoryRoot } from "./helpers/run-plimsoll.ts";
import { makeScene } from "./helpers/scene.ts";

const scene = makeScene("mcp");
const env = { ...scene.env, PLIMSOLL_OFFLINE: "1" };
const components = [{ type: "library", name: "left-pad", version: "1.3.0", purl: "pkg:npm/left-pad@1.3.0" }];
const document = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, components };
const image = `sbom://${scene.write("app.cdx.json", document)}`;
const ranges = [{ type: "SEMVER", events: [{ introduced: "0" }, { fixed: "1.4.0" }] }];
let client: Client;

before(async () => {
  await scene.advisories([
    {
      id: "GHSA-test-test-test",
      modified: "2026-11-01T00:00:00Z",
      aliases: ["CVE-2026-1234"],
      affected: [{ package: { ecosystem: "npm", name: "left-pad" }, ranges }],
    },
  ]);
  client = new Client({ name: "test", version: "1" });
  const args = [join(repositoryRoot, "src/cli/main.ts"), "mcp"];
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args,
      env: { ...env, PATH: process.env["PATH"] ?? "" },
      stderr: "ignore",
    }),
  );
});
after(async () => {
  await client.close();
  scene.close();
});

/** An input of each tool with everything that it may be given. */
const ofImage = { image, platform: "linux/amd64" };
const findings = { severities: ["high", "unspecified"], onlyFixed: true, ids: ["CVE-2026-1234"] };
const inputs: { readonly [Tool in McpTool]: Readonly<Record<string, unknown>> } = {
  image_overview: ofImage,
  image_vulnerabilities: { ...ofImage, ...findings, packageTypes: ["npm"] },
  image_packages: { ...ofImage, packageTypes: ["npm"] },
  image_policies: { ...ofImage, organisation: "acme" },
  image_fixes: { ...ofImage, ...findings },
  base_image_advice: ofImage,
  compare_images: { ...ofImage, to: image },
  explain_vulnerability: { ...ofImage, vulnerability: "CVE-2026-1234" },
  package_advisories: { purls: ["pkg:npm/left-pad@1.3.0"] },
  affected_images: { organisation: "acme", package: "left-pad@<2", environment: "production" },
  list_repositories: { organisation: "acme" },
  database_status: {},
};

async function call(
  name: McpTool,
  input: object,
): Promise<{ readonly text: string; readonly isError: boolean }> {
  const { content, isError } = await client.callTool({ name, arguments: { ...input } });
  const texts = (content as { readonly text: string }[]).map(({ text }) => text);
  return { text: texts.join("\n"), isError: isError === true };
}

describe("tools of mcp", () => {
  test("are listed as reading ones, each with its shape", async () => {
    const listed = (await client.listTools()).tools;
    assert.deepEqual(listed.map(({ name }) => name).toSorted(), [...toolNames].toSorted());
    for (const { annotations, inputSchema, description } of listed) {
      assert.deepEqual([annotations?.readOnlyHint, annotations?.destructiveHint], [true, false]);
      assert.equal(inputSchema["additionalProperties"], false);
      assert.ok((description ?? "").length > 20);
    }
  });

  test("answer with the verb's own document", async () => {
    const { text, isError } = await call("image_vulnerabilities", { image });
    assert.equal(isError, false, text);
    const report = JSON.parse(text.split("\n\n")[0] ?? "");
    assert.match(report.schema, /^urn:plimsoll:report:/);
    assert.ok(text.includes("CVE-2026-1234") && text.includes("1.4.0"));
    assert.match((await call("image_packages", { image })).text, /left-pad/);
    assert.match(
      (await call("package_advisories", { purls: ["pkg:npm/left-pad@1.3.0"] })).text,
      /CVE-2026-1234/,
    );
  });

  test("tell an error as one, with its code and advice", async () => {
    const missing = await call("image_overview", { image: "archive:///does/not/exist" });
    assert.equal(missing.isError, true);
    assert.match(missing.text, /error SOURCE_NOT_FOUND: /);
    const nobody = await call("list_repositories", {});
    assert.deepEqual([nobody.isError, /error [A-Z_]+: /.test(nobody.text)], [true, true]);
  });

  for (const bad of ["--help", "-o/tmp/x", " --org", ""]) {
    test(`take no option for a word: ${JSON.stringify(bad)}`, async () => {
      const { isError, text } = await call("image_overview", { image: bad });
      assert.equal(isError, true);
      assert.match(text, /invalid/i);
    });
  }

  for (const name of toolNames) {
    test(`${name} is a verb with such options`, async () => {
      const { toArguments } = tools[name] as ToolRow<McpTool>;
      const args = toArguments(mcpInputs[name].parse(inputs[name]) as never);
      const { stderr } = await scene.run(args, { env });
      assert.doesNotMatch(stderr, /USAGE|unknown option|too many arguments/, args.join(" "));
    });
  }
});
