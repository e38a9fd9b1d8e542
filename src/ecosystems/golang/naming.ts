/** How Go modules are named, versioned and looked up. */
import type { AdvisoryKey, Package } from "../../domain/package.ts";
import { normaliseGolangPath } from "../../versions/names.ts";
import { purlQualifier } from "../shared/purl.ts";
import type { EcosystemNaming } from "../types.ts";

export const golangNaming: EcosystemNaming = {
  id: "golang",
  version: 5,
  scheme: "golang",
  lookUp,
};

function lookUp(pkg: Package): readonly AdvisoryKey[] {
  const { namespace, name, version } = pkg;
  const path = namespace === null ? name : `${namespace}/${name}`;
  // What a program was built from may have been tagged: its commit's made-up version says nothing of newer or older. Asked with
  // a version that cannot be compared, advisories for it come back undetermined, and not as findings or as nothing.
  const isCommit = (pkg.dependsOn ?? []).length > 0 && COMMIT.test(version);
  const asked = isCommit ? `commit ${version.slice("v0.0.0-".length)}` : version;
  const system = purlQualifier(pkg.purl, "goos");
  const key: AdvisoryKey = {
    space: "golang",
    name: normaliseGolangPath(path),
    version: asked,
    by: "package",
  };
  return [system === null ? key : { ...key, system }];
}

const COMMIT = /^v0\.0\.0-\d{14}-[0-9a-f]{12}(?:\+dirty)?$/;
