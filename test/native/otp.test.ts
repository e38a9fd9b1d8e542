/** Applications of the Erlang and Elixir at hand, as Erlang itself reads them. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { otp } from "../../src/ecosystems/otp/index.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";
import { wantedFile } from "../helpers/wanted-file.ts";

const program = `
Paths = filelib:wildcard(code:lib_dir() ++ "/*/ebin/*.app") ++ filelib:wildcard("/usr/lib/elixir/lib/*/ebin/*.app"),
[begin
  {ok, [{application, Name, Fields}]} = file:consult(Path),
  {_, Version} = lists:keyfind(vsn, 1, Fields),
  Description = case lists:keyfind(description, 1, Fields) of {_, Text} -> Text; false -> "" end,
  io:format("~s\\t~s\\t~s\\t~s~n", [Path, Name, Version, lists:join(" ", string:lexemes(Description, " \\n\\t"))])
end || Path <- Paths],
halt().`;

test("file:consult", { skip: skipWithoutPrograms("erl") }, () => {
  const lines = execFileSync("erl", ["-noshell", "-eval", program]).toString("utf8").trim().split("\n");
  const rows = lines.map((line) => line.split("\t"));
  assert.ok(rows.length > 5);
  const files = rows.map(([path = ""]) => wantedFile(path.slice(1), readFileSync(path)));
  for (const { path } of files) assert.ok(otp.wants(path, "installed"), path);
  const { packages, problems } = otp.catalog(files, { mode: "installed", distro: null, inspected: [] });
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map((pkg) => [pkg.name, pkg.version, (pkg.description ?? "").split(/\s+/).join(" ")]).sort(),
    rows.map(([, name, version, description]) => [name, version, description]).sort(),
  );
});
