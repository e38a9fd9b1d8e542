/** Names of the Nix store taken apart as Nix itself does it, over names in use. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import { readStoreName } from "../../src/ecosystems/nix/store-name.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

const names = [
  "hello-2.12.1",
  "glibc-2.38-44",
  "python3.11-requests-2.31.0",
  "perl5.38.2-HTTP-Date-6.06",
  "nss-cacert-3.95",
  "bash-5.2-p21",
  "openssl-3.0.12",
  "linux-pam-1.5.2",
  "gcc-12.3.0",
  "xgcc-12.3.0-libgcc2",
  "libidn2-2.3.4",
  "a-b-1c-2",
  "x-0-unstable-2024-01-01",
  "go1.21-x-v2-3.4",
  "tzdata-2023c",
];

test("builtins.parseDrvName", { skip: skipWithoutPrograms("nix-instantiate") }, () => {
  const expression = `map builtins.parseDrvName ${JSON.stringify(names).replaceAll(",", " ")}`;
  const args = ["--eval", "--strict", "--json", "--store", "dummy://", "-E", expression];
  const answers = JSON.parse(execFileSync("nix-instantiate", args).toString("utf8")) as {
    name: string;
    version: string;
  }[];
  const found = names.map((name) => {
    const parts = readStoreName(`26xbg1ndr7hbcncrlf9nhx5is2b25d13-${name}`);
    return { name: parts?.name, version: parts?.version };
  });
  assert.deepEqual(found, answers);
});
