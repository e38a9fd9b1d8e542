import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { childOf, childrenOf, childText, readXml } from "./xml.ts";

describe("XML", () => {
  it("gives elements, attributes and text", () => {
    const root = readXml(
      `<?xml version="1.0"?><!DOCTYPE a><!-- <b/> --><n:a xmlns:n="u" n:k="1 &amp; 2"><b>1.10</b><b> x &#65;&#x42; <![CDATA[<&>]]></b><c/></n:a>`,
    );
    assert.equal(root?.name, "a");
    assert.equal(root?.attributes.get("k"), "1 & 2");
    assert.deepEqual(
      childrenOf(root, "b").map((child) => child.text),
      ["1.10", "x AB<&>"],
    );
    assert.equal(childText(root, "c"), null);
    assert.equal(childOf(root, "d"), null);
  });

  it("knows no entities of a document's own", () => {
    const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]><l>&b;&x;</l>`;
    const text = readXml(laughs)?.text ?? "";
    assert.ok(!text.includes("ha") && !text.includes("root"));
  });

  it("refuses what is too deep, too long or no XML", () => {
    assert.equal(readXml("<a>".repeat(101) + "</a>".repeat(101)), null);
    assert.equal(readXml("<a>".repeat(1_000_000)), null);
    assert.equal(readXml("<a><b/></a>", { bytesMax: 5, depthMax: 5 }), null);
    for (const text of ["", "a", "{}", "<", "<a", "</a>"])
      assert.equal(readXml(text)?.name ?? null, null, text);
  });

  it("keeps names that objects have of their own, but for those that the parser refuses", () => {
    assert.equal(childText(readXml("<a><toString>x</toString></a>"), "toString"), "x");
    assert.equal(readXml("<a><__proto__>x</__proto__></a>"), null);
  });

  it("never throws", () => {
    const piece = fc.constantFrom(
      "<a>",
      "</a>",
      "<b/>",
      "<![CDATA[",
      "]]>",
      "<!--",
      "-->",
      "&amp;",
      "&#0;",
      "<?x",
      "?>",
      "<!DOCTYPE",
      "[",
      ">",
      "t",
      '="',
      "__proto__",
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => void readXml(pieces.join(""))));
  });
});
