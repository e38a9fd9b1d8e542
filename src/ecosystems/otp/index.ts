/**
 * Applications of Erlang/OTP and of what runs on it (Elixir, Gleam): the resource file `ebin/<name>.app` of each, in Erlang's own
 * folder and in releases. Most that are not Erlang's own come from Hex, and are looked up there.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { FileClaim, Package } from "../../domain/package.ts";
import { membersOf, pairValue, readTerms, termText, type Term } from "../shared/beam-terms.ts";
import { withEdges, type PackageNode } from "../shared/dependency-edges.ts";
import { spdxLicenses } from "../shared/licenses.ts";
import { claimOf, nothingRead, packageOf, readEach } from "../shared/package-of.ts";
import {
  baseName,
  decodeText,
  descriptionLengthMax,
  folderOf,
  isToken,
  nameLengthMax,
  shortText,
  versionLengthMax,
} from "../shared/text.ts";
import type { CatalogMode, CatalogResult, Ecosystem } from "../types.ts";
import { otpNaming } from "./naming.ts";

export const otp: Ecosystem = {
  ...otpNaming,
  title: "Erlang/OTP applications",
  specs: ["https://www.erlang.org/doc/apps/kernel/app.html"],
  knows: {
    licenses: true,
    authors: false,
    descriptions: true,
    digests: false,
    dependencies: true,
    files: true,
    proof: "native-tool",
  },
  endings: [".app"],
  wants: (path: string, mode: CatalogMode) =>
    mode === "installed" && path.endsWith(".app") && baseName(folderOf(path)) === "ebin",
  catalog,
};

function catalog(files: readonly WantedFile[]): CatalogResult {
  const found: Application[] = [];
  const { problems } = readEach(files, (file, complaints) => {
    const application = readApplication(file);
    if (application !== null) found.push(application);
    else complaints.add("RECORD_INVALID", "the application resource has no valid name and version");
    return nothingRead;
  });
  const here = new Set(found.map(({ library, name }) => `${library}\n${name}`));
  const nodes = found.map(({ pkg, library, name, needs }): PackageNode => ({
    pkg,
    names: [`${library}\n${name}`, name],
    // A release has its own copy of what it needs; Elixir's applications stand apart from Erlang's.
    needs: needs.map((need) => (here.has(`${library}\n${need}`) ? `${library}\n${need}` : need)),
  }));
  const claims = found.flatMap(({ claim }) => claim ?? []);
  return { packages: withEdges(nodes), problems, ...(claims.length === 0 ? {} : { claims }) };
}

interface Application {
  readonly pkg: Package;
  readonly name: string;
  /** Folder of the folders of applications. */
  readonly library: string;
  readonly needs: readonly string[];
  readonly claim: FileClaim | null;
}

/** `{application, ssl, [{description, "…"}, {vsn, "10.8.7"}, {applications, [kernel, stdlib]}, …]}.` */
function readApplication(file: WantedFile): Application | null {
  const [mark, name, fields] = membersOf(readTerms(decodeText(file.bytes), "erlang")[0]);
  const version = termText(pairValue(fields, "vsn"));
  if (mark !== "application" || !isToken(name, nameLengthMax) || !isToken(version, versionLengthMax))
    return null;
  const pkg = packageOf(file, {
    type: "otp",
    name: name.toLowerCase(),
    version,
    licenses: spdxLicenses(texts(pairValue(fields, "licenses"))),
    description: shortText(termText(pairValue(fields, "description")), descriptionLengthMax),
  });
  const folder = folderOf(folderOf(file.path));
  const isOwnFolder = baseName(folder) === name || baseName(folder) === `${name}-${version}`;
  return {
    pkg,
    name,
    library: folderOf(folder),
    needs: [
      ...texts(pairValue(fields, "applications")),
      ...texts(pairValue(fields, "included_applications")),
      ...texts(pairValue(fields, "optional_applications")),
    ],
    claim: isOwnFolder ? claimOf(pkg.purl, folder, "folder") : null,
  };
}

function texts(list: Term | undefined): readonly string[] {
  return membersOf(list).flatMap((member) => termText(member) ?? []);
}
