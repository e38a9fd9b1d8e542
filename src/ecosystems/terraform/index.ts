/**
 * Providers of Terraform and OpenTofu, as `.terraform.lock.hcl` of a source tree pins them.
 */
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { digestOf, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { decodeText, isToken, nameLengthMax, versionLengthMax } from "../shared/text.ts";
import type { CatalogMode, Ecosystem } from "../types.ts";
import { terraformNaming } from "./naming.ts";

export const terraform: Ecosystem = {
  ...terraformNaming,
  title: "Terraform providers",
  specs: ["https://developer.hashicorp.com/terraform/language/files/dependency-lock"],
  knows: {
    licenses: false,
    authors: false,
    descriptions: false,
    digests: true,
    dependencies: false,
    files: false,
    proof: "by-specification",
  },
  endings: [],
  wants: (path: string, mode: CatalogMode) =>
    mode === "sources" && (path === LOCK || path.endsWith(`/${LOCK}`)),
  catalog: (files) => readEach(files, readLock),
};

const LOCK = ".terraform.lock.hcl";

/**
 * `provider "registry.terraform.io/hashicorp/aws" {`, then `version = "5.0.0"` and `hashes`, of which `zh:` is the sha256 of the
 * archive for one platform. Terraform writes each on a line of its own.
 */
function readLock(file: WantedFile, problems: FileProblems): FileReading {
  const packages: Package[] = [];
  let open: { address: string; version: string; sums: string[] } | null = null;
  const close = (): void => {
    if (open === null) return;
    const pkg = toPackage(open.address, open.version, open.sums, file);
    if (pkg === null)
      problems.add(
        "RECORD_INVALID",
        `the provider ${open.address.slice(0, 200)} has no valid name and version`,
      );
    else packages.push(pkg);
    open = null;
  };
  for (const raw of decodeText(file.bytes).split("\n")) {
    const line = raw.trim();
    const address = PROVIDER.exec(line)?.[1];
    if (address !== undefined) {
      close();
      open = { address, version: "", sums: [] };
    } else if (line === "}") close();
    else if (open !== null) {
      open.version = VERSION.exec(line)?.[1] ?? open.version;
      const sum = ARCHIVE_SUM.exec(line)?.[1];
      if (sum !== undefined && open.sums.length < sumsMax) open.sums.push(sum);
    } else if (line !== "" && !line.startsWith("#") && !line.startsWith("//")) {
      problems.add("RECORD_INVALID", `the line ${line.slice(0, 200)} belongs to no provider`);
    }
  }
  close();
  return { packages };
}

const PROVIDER = /^provider "([^"]{1,300})" \{$/;
const VERSION = /^version *= *"([^"]{1,300})"$/;
const ARCHIVE_SUM = /^"zh:([0-9a-f]{64})",?$/;
/** One a platform. */
const sumsMax = 100;

/** `host/namespace/name`; the registry of HashiCorp is the one that is meant when none is named. */
function toPackage(
  address: string,
  version: string,
  sums: readonly string[],
  file: WantedFile,
): Package | null {
  const [host = "", namespace = "", name = "", ...rest] = address.split("/");
  if (rest.length > 0 || host === "" || !isToken(version, versionLengthMax)) return null;
  if (!isToken(namespace, nameLengthMax) || !isToken(name, nameLengthMax)) return null;
  return packageOf(file, {
    type: "terraform",
    namespace,
    name,
    version,
    qualifiers: { repository_url: host === "registry.terraform.io" ? null : `https://${host}` },
    digests: sums.map((sum) => digestOf("sha256", sum)),
  });
}
