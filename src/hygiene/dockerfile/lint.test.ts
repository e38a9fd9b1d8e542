import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lintChecks, lintDockerfile } from "./lint.ts";
import { expand, parseDockerfile } from "./parse.ts";

const digest = `@sha256:${"a".repeat(64)}`;

/** A file that passes, around what is to be judged. */
function around(lines: string, base = `debian:12${digest}`): string {
  return `FROM ${base}\n${lines}\nHEALTHCHECK CMD ["true"]\nUSER 1000\n`;
}

function judge(text: string): readonly string[] {
  const options = {
    file: "Dockerfile",
    findSecrets: (part: string) => (part.includes("hunter") ? ["A secret"] : []),
    isSecretName: (name: string) => name.endsWith("TOKEN"),
  };
  return lintDockerfile(text, options).findings.map(({ check, line }) => `${check.id}:${line}`);
}

const rows: readonly (readonly [why: string, text: string, findings: readonly string[]])[] = [
  ["a good file", around('COPY a /a\nCMD ["a"]'), []],
  ["an empty file", "", ["PLM-0201:1"]],
  ["an unknown instruction", around("COPPY a /a"), ["PLM-0201:2"]],
  ["no user, no health check", `FROM debian:12${digest}\n`, ["CIS-DI-0001:1", "CIS-DI-0006:1"]],
  ["root", `FROM debian:12${digest}\nUSER root\nHEALTHCHECK NONE\n`, ["CIS-DI-0001:2", "CIS-DI-0006:3"]],
  ["a tag without a digest", around("", "debian:12"), ["PLM-0011:1"]],
  ["no tag", around("", "r.test:5000/debian"), ["DKL-DI-0006:1", "PLM-0011:1"]],
  ["a platform", around("", "--platform=linux/amd64 debian:latest AS x"), ["DKL-DI-0006:1", "PLM-0011:1"]],
  ["scratch", around("", "scratch"), []],
  ["a base from an argument", `ARG V=12\n${around("", "debian:${V}")}`, ["PLM-0011:2"]],
  ["a base from an argument that nobody knows", around("", "$BASE"), []],
  ["a stage as base", `FROM debian:12${digest} AS build\nUSER 5\nHEALTHCHECK CMD ["x"]\nFROM build\n`, []],
  [
    "only the last stage needs a user",
    `FROM debian:12${digest} AS build\nRUN make\n${around("COPY --from=build a a")}`,
    [],
  ],
  [
    "a continued command, at its first line",
    around("RUN apt-get update && \\\n  # why\n\n  apt-get install -y curl"),
    ["DKL-DI-0005:2"],
  ],
  [
    "an own escape sign",
    `# escape=\`\n${around("RUN apt-get update && `\n  apt-get upgrade")}`,
    ["DKL-DI-0003:3"],
  ],
  ["a here-document", around("RUN <<EOF\nchmod 777 /a\nEOF\nRUN sudo true"), ["PLM-0013:2", "DKL-DI-0001:5"]],
  ["a here-document without an end", around("RUN cat <<EOF"), ["PLM-0201:2"]],
  ["a shift is no here-document", around("RUN echo $((1<<2))"), []],
  ["ADD of a file", around("ADD a /a"), ["CIS-DI-0009:2"]],
  ["ADD of an archive", around("ADD rootfs.tar.xz /"), []],
  ["ADD from an address", around("ADD https://a.test/b /b"), ["PLM-0001:2"]],
  ["ADD with a digest", around(`ADD --checksum=sha256:${"a".repeat(64)} https://a.test/b /b`), []],
  ["ports", around("EXPOSE 22/tcp 443 8080-8090"), ["PLM-0002:2", "PLM-0002:2", "PLM-0003:2"]],
  ["a volume", around('VOLUME /etc\nVOLUME ["/data"]'), ["DKL-DI-0002:2"]],
  ["a relative folder", around("WORKDIR app\nWORKDIR /app\nWORKDIR $HOME"), ["PLM-0204:2"]],
  ["shell form", around("ENTRYPOINT run\nCMD run"), ["PLM-0202:2", "PLM-0202:3"]],
  ["two commands", around('CMD ["a"]\nCMD ["b"]'), ["PLM-0203:2"]],
  ["a secret in ENV", around("ENV A=hunter"), ["CIS-DI-0010:2"]],
  ["a secret in a here-document", around("RUN <<EOF\nlogin hunter\nEOF"), ["CIS-DI-0010:2"]],
  ["an argument named as a secret", around("ARG NPM_TOKEN\nARG OTHER=1"), ["PLM-0205:2"]],
  ["a secret argument before FROM", `ARG A=hunter\n${around("")}`, ["CIS-DI-0010:1"]],
  [
    "small letters, CR LF and a byte order mark",
    '\ufefffrom scratch\r\nuser 5\r\nhealthcheck cmd ["x"]\r\n',
    [],
  ],
  ["ONBUILD counts later", around("ONBUILD USER root\nONBUILD ADD a /a"), ["CIS-DI-0009:3"]],
];

for (const [why, text, findings] of rows) {
  test(`lint: ${why}`, () => {
    assert.deepEqual(judge(text), findings);
  });
}

test("lint: variables are replaced where their value is known", () => {
  const values = new Map([["A", "1"]]);
  assert.equal(expand("$A ${A} ${B:-2} ${B-3} $B ${B}", values), "1 1 2 3 $B ${B}");
});

test("lint: any text is read without an error, and lines are those of the text", () => {
  const unit = fc.constantFrom(
    "FROM a",
    "RUN b",
    "\n",
    " \\",
    "<<EOF",
    "EOF",
    "# escape=`",
    "`",
    " ",
    "ARG A=1",
    "$A",
    "ONBUILD ",
    "\r\n",
    "CMD",
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 40 }), (parts) => {
      const text = parts.join("");
      const count = text.split(/\r?\n/).length;
      const { errors, stages } = parseDockerfile(text);
      const lines = [
        ...errors.map(({ line }) => line),
        ...stages.flatMap((stage) => stage.instructions.map(({ line }) => line)),
      ];
      assert.ok(lines.every((line) => line >= 1 && line <= count));
      judge(text);
    }),
    { numRuns: 300 },
  );
});

test("lint: checks have ids of their own", () => {
  assert.ok(lintChecks.length >= 20);
  assert.equal(new Set(lintChecks.map(({ id }) => id)).size, lintChecks.length);
});
