// Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by the semver package inside npm itself.
const { existsSync, readFileSync, realpathSync } = require("node:fs");
const { delimiter, dirname, join } = require("node:path");

// The npm command is a link to bin/npm-cli.js inside the package.
const command = process.env.PATH.split(delimiter)
  .map((folder) => join(folder, "npm"))
  .find((path) => existsSync(path));
const npm = dirname(dirname(realpathSync(command)));
const semver = require(join(npm, "node_modules/semver"));
const versionOf = (folder) => JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).version;

const say = (line) => process.stdout.write(`${line}\n`);

if (process.argv[2] === "--version") {
  say(`semver ${versionOf(join(npm, "node_modules/semver"))} (loose) of npm ${versionOf(npm)}`);
} else {
  const lines = readFileSync(0, "utf8").split("\n").slice(0, -1);
  for (const line of lines) {
    const pair = line.split("\t");
    const refused = pair.find((version) => semver.valid(version, { loose: true }) === null);
    const order = refused === undefined ? semver.compare(pair[0], pair[1], { loose: true }) : 0;
    say(refused === undefined ? "<=>"[order + 1] : `!${refused}`);
  }
}
