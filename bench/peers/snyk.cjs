/** `node snyk.cjs FOLDER ARCHIVE`: one scan by snyk-docker-plugin, packages of the system and of applications. */
"use strict";
const [folder, archive] = process.argv.slice(2);
const { scan } = require(folder);
scan({ path: `docker-archive:${archive}`, "exclude-app-vulns": false }).then(
  ({ scanResults }) => process.stdout.write(`${scanResults.length} results\n`),
  (error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  },
);
