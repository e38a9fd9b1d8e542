import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { decodeBlobSize, decodeImages, decodeNamespaces, decodePiece, encodeText } from "./messages.ts";

/** Answers of containerd 1.6.20 as they came over its socket, to Images/Get, Content/Info and Namespaces/List; base64. */
const recorded = {
  image:
    "Cu4BChdkb2NrZXIuaW8vbGlicmFyeS9hcHA6MRq2AQoqYXBwbGljYXRpb24vdm5kLm9jaS5pbWFnZS5tYW5pZmVzdC52MStqc29uEkdzaGEyNTY6Mjc3NDA1NWQ0NzEwZDU3ZDgzNzM4YTMwNzkwZWE1ZGRkYzI2MDk1ZjljZGRhNzE4ZDQzMjYyMTQ3MDYwNTcwZRiSAyo8CiFvcmcub3BlbmNvbnRhaW5lcnMuaW1hZ2UucmVmLm5hbWUSF2RvY2tlci5pby9saWJyYXJ5L2FwcDoxOgwImqyK2AYQtvaknwJCDAiarIrYBhC29qSfAg==",
  blob: "CsUCCkdzaGEyNTY6Mjc3NDA1NWQ0NzEwZDU3ZDgzNzM4YTMwNzkwZWE1ZGRkYzI2MDk1ZjljZGRhNzE4ZDQzMjYyMTQ3MDYwNTcwZRCSAxoMCJqsitgGELLsho8CIgwImqyK2AYQpcixngIqawogY29udGFpbmVyZC5pby9nYy5yZWYuY29udGVudC5sLjASR3NoYTI1Njo3MDlhNmU5MzMzYTk2Y2MxOGEwMDNkMzE3NzEwODMxZmZkNWM1NzU0NTEzN2JkMzllODA3MDhjZDU4ZGU5MzIzKm4KI2NvbnRhaW5lcmQuaW8vZ2MucmVmLmNvbnRlbnQuY29uZmlnEkdzaGEyNTY6OWRiNmI2MmRiZmEyYTk4YTY3YzNiNmRmNmZkNjc4NWM1MzIxMjIyYzRhYTlhMDIzZjFkZTMyYjk0ODkzYjJkMw==",
  namespaces: "CgkKB2RlZmF1bHQKCAoGazhzLmlv",
};
const bytesOf = (text: string): Uint8Array => Buffer.from(text, "base64");

test("a request holds its text; answers of the daemon hold what was imported", () => {
  assert.equal(Buffer.from(encodeText("abc")).toString("hex"), "0a03616263");
  const images = decodeImages(bytesOf(recorded.image));
  assert.equal(new Date((images[0]?.createdAt ?? 0) * 1000).toISOString(), "2026-11-22T07:13:30.602Z");
  assert.deepEqual(images, [
    {
      name: "docker.io/library/app:1",
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      digest: "sha256:2774055d4710d57d83738a30790ea5dddc26095f9cdda718d43262147060570e",
      createdAt: images[0]?.createdAt,
    },
  ]);
  assert.equal(decodeBlobSize(bytesOf(recorded.blob)), 402);
  assert.deepEqual(decodeNamespaces(bytesOf(recorded.namespaces)), ["default", "k8s.io"]);
});

test("what is cut off, or longer than it says it is, is told", () => {
  const whole = bytesOf(recorded.image);
  for (let end = 1; end < whole.byteLength; end += 1) {
    assert.throws(() => decodeImages(whole.subarray(0, end)), Error, `${end} bytes`);
  }
  assert.throws(() => decodePiece(Buffer.from("12ffffffff0f", "hex")));
});

test("whatever bytes come, a reader throws an error or returns", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const decode of [decodeImages, decodeNamespaces, decodeBlobSize, decodePiece]) {
        try {
          decode(bytes);
        } catch (error) {
          assert.ok(error instanceof Error, "what is thrown is an error");
        }
      }
    }),
  );
});
