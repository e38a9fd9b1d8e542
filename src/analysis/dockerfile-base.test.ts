import assert from "node:assert/strict";
import { test } from "node:test";
import { runtimeBaseOf } from "./dockerfile-base.ts";

interface Row {
  readonly name: string;
  readonly dockerfile: string;
  readonly target?: string;
  readonly args?: Record<string, string>;
  readonly expected: string | null;
}

const rows: Row[] = [
  { name: "one stage", dockerfile: "FROM alpine:3.18\nRUN true", expected: "alpine:3.18" },
  {
    name: "the last stage counts",
    dockerfile: "FROM golang:1 AS b\nFROM scratch\nCOPY --from=b /x /x",
    expected: "scratch",
  },
  { name: "through a named stage", dockerfile: "FROM debian:12 AS base\nFROM base", expected: "debian:12" },
  {
    name: "names of stages ignore case",
    dockerfile: "FROM debian:12 AS Base\nFROM base",
    expected: "debian:12",
  },
  { name: "a target", dockerfile: "FROM a AS one\nFROM b AS two", target: "one", expected: "a" },
  { name: "a target by number", dockerfile: "FROM a\nFROM b", target: "0", expected: "a" },
  { name: "platform flag", dockerfile: "FROM --platform=$BUILDPLATFORM alpine", expected: "alpine" },
  { name: "ARG default", dockerfile: "ARG V=3.18\nFROM alpine:${V}", expected: "alpine:3.18" },
  {
    name: "ARG given",
    dockerfile: "ARG V=3.18\nFROM alpine:$V",
    args: { V: "3.20" },
    expected: "alpine:3.20",
  },
  { name: "ARG fallback in place", dockerfile: "ARG V\nFROM alpine:${V:-edge}", expected: "alpine:edge" },
  {
    name: "continuation and comments",
    dockerfile: "# FROM x\nFROM \\\n  # why\n  alpine:3",
    expected: "alpine:3",
  },
  {
    name: "a stage named as its own image",
    dockerfile: "FROM alpine AS alpine\nFROM alpine",
    expected: "alpine",
  },
  {
    name: "a here-document is no instruction",
    dockerfile: "FROM debian:12\nRUN <<EOF cat > Dockerfile.inner\nFROM alpine\nEOF\nRUN true",
    expected: "debian:12",
  },
  {
    name: "several here-documents, quoted and indented",
    dockerfile: "FROM debian:12\nCOPY <<'ONE' <<-\"TWO\" /x/\nFROM a\nTWO\nONE\nFROM b\n\tTWO\nUSER 1",
    expected: "debian:12",
  },
  {
    name: "what is no here-document",
    dockerfile:
      'FROM a\nRUN cat <<< FROM && echo $((1<<2)) <<never-closed\nENV X="<<EOF"\nFROM debian:12\nEOF',
    expected: "debian:12",
  },
  {
    name: "an empty line does not end an instruction that goes on",
    dockerfile: "FROM debian:12\nRUN a && \\\n\nFROM alpine",
    expected: "debian:12",
  },
  {
    name: "another escape character",
    dockerfile: "# syntax=docker/dockerfile:1\n# escape=`\nFROM `\n debian:12\nRUN dir C:\\",
    expected: "debian:12",
  },
  { name: "no FROM", dockerfile: "RUN true", expected: null },
  { name: "unknown target", dockerfile: "FROM a AS one", target: "two", expected: null },
];

for (const row of rows) {
  test(`base of a Dockerfile: ${row.name}`, () => {
    assert.equal(runtimeBaseOf(row.dockerfile, row.target ?? null, row.args ?? {}), row.expected);
  });
}
