/** Projects of any name get places of their own, which references can name. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseReference } from "../../oci/reference.ts";
import { placeOfProject } from "./project-place.ts";

describe("the place of an uploaded project", () => {
  it("is its own name and version where references can hold them", () => {
    assert.deepEqual(placeOfProject({ name: "team/my-app", version: "1.2.3-rc.1" }), {
      repository: "team/my-app",
      tag: "1.2.3-rc.1",
    });
    assert.equal(placeOfProject({ name: "my-app", version: "" }).tag, "latest");
  });

  const odd = [
    "My App",
    "my app",
    "my-app ",
    "Größe",
    "日本",
    "a/../b",
    "../etc/passwd",
    "a:b@c",
    "..",
    "/",
    "-",
    "x".repeat(300),
    "a..b",
    "A/B",
    "a/b/",
    "a//b",
    "\u202eevil",
    "latest",
  ];
  const versions = [...odd, "1.0+build.7", "1.0 build 7", ".1", "-1", "1_0"];

  for (const name of odd)
    it(`can be named in a reference: ${JSON.stringify(name.slice(0, 20))}`, () => {
      for (const version of versions) {
        const { repository, tag } = placeOfProject({ name, version });
        const parsed = parseReference(`uploads.invalid/${repository}:${tag}`);
        assert.deepEqual([parsed.path, parsed.tag], [repository, tag]);
      }
    });

  it("is no other project's", () => {
    const repositories = odd.map((name) => placeOfProject({ name, version: "" }).repository);
    assert.equal(new Set(repositories).size, odd.length);
    const tags = ["", ...versions].map((version) => placeOfProject({ name: "a", version }).tag);
    assert.equal(new Set(tags).size, versions.length + 1);
  });
});
