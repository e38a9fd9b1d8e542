import assert from "node:assert/strict";
import { test } from "node:test";
import { pluginMetadata, readDockerCall } from "./docker-arguments.ts";

const rows: readonly (readonly [given: string, args: string, env?: Readonly<Record<string, string>>])[] = [
  ["plimsoll cves alpine", "cves alpine"],
  ["plimsoll", ""],
  ["--context build plimsoll cves --format json a", "cves --format json a", { DOCKER_CONTEXT: "build" }],
  ["-H unix:///x -D plimsoll cves", "cves", { DOCKER_HOST: "unix:///x" }],
  [
    "--config=d --log-level debug plimsoll --config p.yaml cves",
    "--config p.yaml cves",
    { DOCKER_CONFIG: "/srv/d" },
  ],
  ["help plimsoll", "help"],
  ["--config d help plimsoll cves", "help cves", { DOCKER_CONFIG: "/srv/d" }],
  ["__complete plimsoll cves --f", "__complete cves --f"],
  ["__completeNoDesc --context x plimsoll cves --", "__complete cves --"],
];
for (const [given, args, env = {}] of rows) {
  test(`docker ${given}`, () => {
    const call = readDockerCall(given.split(" "), "/srv");
    assert.deepEqual([call.args.join(" "), call.env], [args, env]);
  });
}

test("the metadata is what Docker reads", () => {
  const metadata = JSON.parse(pluginMetadata("1.2.3")) as Record<string, string>;
  assert.deepEqual([metadata["SchemaVersion"], metadata["Version"]], ["0.1.0", "1.2.3"]);
  assert.ok((metadata["Vendor"] ?? "") !== "");
});
