/** Lines of a Dockerfile by layer. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { findLayerLines, type ReportLayer } from "./dockerfile-lines.ts";

const text = `FROM golang:1.24 AS build
RUN go build -o /app .
FROM alpine:3.22
RUN --mount=type=cache,target=/var/cache/apk \\
    apk add nodejs
COPY --from=build /app /app
RUN echo same
RUN echo same
`;

const layer = (index: number, command: string | null, source: ReportLayer["source"] = null): ReportLayer => {
  return { index, diffId: `sha256:${index}`, digest: null, sizeBytes: 1, command, source };
};
const lines = (layers: readonly ReportLayer[], dockerfile = text): unknown =>
  Object.fromEntries(findLayerLines(layers, dockerfile));

test("provenance tells the lines, where the file here is the one of the build", () => {
  const told = layer(1, null, {
    file: "Dockerfile",
    firstLine: 4,
    lastLine: 5,
    text: text.split("\n").slice(3, 5).join("\n"),
  });
  assert.deepEqual(lines([layer(0, "ADD rootfs"), told]), { 1: { line: 4, endLine: 5 } });
  assert.deepEqual(lines([told], `# another comment\n${text}`), {});
});

const commands: readonly (readonly [command: string, line: number | null])[] = [
  ["RUN /bin/sh -c apk add nodejs # buildkit", 4],
  ["/bin/sh -c apk add nodejs", 4],
  ["RUN |1 VERSION=3 /bin/sh -c apk add   nodejs # buildkit", 4],
  ["COPY /app /app # buildkit", null],
  ["/bin/sh -c #(nop) ADD file:0123 in / ", null],
  ["RUN /bin/sh -c go build -o /app . # buildkit", null],
  ["RUN /bin/sh -c echo same # buildkit", null],
];
for (const [command, line] of commands) {
  test(`without provenance, ${command} is ${line === null ? "of no line" : `of line ${line}`}`, () => {
    assert.deepEqual(lines([layer(0, command)]), line === null ? {} : { 0: { line, endLine: line } });
  });
}
