/**
 * Actions and reusable workflows that the workflows of a source tree use, from GitHub repositories. Actions of the tree itself
 * (`./…`) and container images (`docker://…`) are no packages of GitHub and are left out.
 *
 * A commit pins what runs. A tag or branch may be moved to other code at any time, which is said as a problem.
 */
import { recordOf } from "../../domain/json-record.ts";
import type { WantedFile } from "../../domain/files.ts";
import type { Package } from "../../domain/package.ts";
import { listOf } from "../shared/json-text.ts";
import { digestOf, nothingRead, packageOf, readEach, type FileReading } from "../shared/package-of.ts";
import type { FileProblems } from "../shared/problems.ts";
import { baseName, folderOf, isToken, nameLengthMax } from "../shared/text.ts";
import { readYaml } from "../shared/yaml-text.ts";
import type { CatalogMode, Ecosystem } from "../types.ts";
import { githubNaming } from "./naming.ts";

export const github: Ecosystem = {
  ...githubNaming,
  title: "GitHub Actions",
  specs: [
    "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax",
    "https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax",
  ],
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
  wants,
  catalog: (files) => readEach(files, readWorkflow),
};

function wants(path: string, mode: CatalogMode): boolean {
  if (mode !== "sources" || !(path.endsWith(".yml") || path.endsWith(".yaml"))) return false;
  const name = baseName(path);
  if (name === "action.yml" || name === "action.yaml") return true;
  const folder = folderOf(path);
  return folder === WORKFLOWS || folder.endsWith(`/${WORKFLOWS}`);
}

const WORKFLOWS = ".github/workflows";

function readWorkflow(file: WantedFile, problems: FileProblems): FileReading {
  const document = readYaml(file, problems, fileBytesMax);
  if (document === undefined) return nothingRead;
  const packages = usesOf(document).flatMap((text) => {
    if (text.startsWith("./") || text.startsWith("../") || text.startsWith("docker://")) return [];
    const pkg = toPackage(text, file);
    if (pkg === null)
      problems.add("RECORD_INVALID", `uses: ${text.slice(0, 200)} names no repository and version`);
    else if (!COMMIT.test(pkg.version)) {
      problems.add(
        "DEPENDENCY_UNPINNED",
        `${text.slice(0, 200)} is pinned by a tag or branch, which can be moved, not by a commit`,
      );
    }
    return pkg ?? [];
  });
  // A workflow uses the same action in many steps.
  return { packages: [...new Map(packages.map((pkg) => [pkg.purl, pkg])).values()] };
}

/** GitHub refuses larger workflows. */
const fileBytesMax = 1024 * 1024;

const COMMIT = /^[0-9a-f]{40}$|^[0-9a-f]{64}$/;

/** The `uses` of jobs (reusable workflows) and steps, and of the steps of a composite action. */
function usesOf(document: unknown): readonly string[] {
  const root = recordOf(document);
  const jobs = Object.values(recordOf(root?.["jobs"]) ?? {}).map(recordOf);
  const steps = [root?.["runs"], ...jobs].flatMap((part) => listOf(recordOf(part)?.["steps"]).map(recordOf));
  return [...jobs, ...steps].flatMap((part) => {
    const uses = part?.["uses"];
    return typeof uses === "string" ? [uses.trim()] : [];
  });
}

/** `owner/repo@ref`, `owner/repo/folder@ref`, `owner/repo/.github/workflows/x.yml@ref`. */
function toPackage(text: string, file: WantedFile): Package | null {
  const at = text.indexOf("@");
  const path = at === -1 ? text : text.slice(0, at);
  const version = at === -1 ? "" : text.slice(at + 1);
  const [owner = "", repository = "", ...folders] = path.split("/");
  if (!isToken(version, nameLengthMax) || !OWNER.test(owner) || !REPOSITORY.test(repository)) return null;
  if (!isToken(path, nameLengthMax)) return null;
  return packageOf(file, {
    type: "github",
    namespace: owner.toLowerCase(),
    name: repository.toLowerCase(),
    version,
    subpath: folders.join("/"),
    digests: [digestOf("sha1", version)],
  });
}

const OWNER = /^[A-Za-z0-9_-]{1,100}$/;
const REPOSITORY = /^[A-Za-z0-9._-]{1,200}$/;
