/**
 * The inventory as asked: from an attached SBOM instead of the files, and with the packages of build stages.
 */
import type { Sbom } from "../domain/package.ts";
import { printable, type Problem } from "../domain/problem.ts";
import { addStages, onlyStages, type AttestedSboms } from "../sbom/attested.ts";

/** Which packages are wanted, besides those that the files of the image tell. */
export interface InventoryChoice {
  /** Take the image's packages from its attached SBOM, where it has one. */
  readonly useAttestedSbom: boolean;
  /** `none`: the image alone; `all`: also every build stage; a list: nothing but these stages. */
  readonly stages: "none" | "all" | readonly string[];
}

/** The attached SBOM of the image itself; null when there is none to be used, so that the files are read. */
export function attestedInventory({ image, problems }: AttestedSboms): Sbom | null {
  if (image === null) return null;
  return { ...image, problems: [...image.problems, ...problems] };
}

/** `sbom` with the stages that are asked for. A stage that no attestation tells of makes the inventory incomplete. */
export function withStagesOf(
  sbom: Sbom,
  attested: AttestedSboms,
  { stages: wanted, useAttestedSbom }: InventoryChoice,
): Sbom {
  // Those of an inventory that was taken from an attestation are in it already.
  const isFallback = useAttestedSbom && sbom.origin === undefined;
  const problems: Problem[] = sbom.origin === undefined ? [...attested.problems] : [];
  if (isFallback)
    problems.push(notice("No SBOM attestation of the image could be used; its files were read instead."));
  const told = (list: readonly Problem[]): Sbom => ({ ...sbom, problems: [...sbom.problems, ...list] });
  if (wanted === "none") return told(problems);
  const names = attested.stages.map(({ name }) => name);
  const missing = wanted === "all" ? [] : wanted.filter((name) => !names.includes(name));
  problems.push(
    ...missing.map((name) => lost(`No SBOM attestation tells of the build stage ${printable(name, 100)}`)),
  );
  if (names.length === 0 && wanted === "all")
    problems.push(lost("No SBOM attestation tells of the build stages"));
  const base = told(problems);
  const merged =
    wanted === "all"
      ? addStages(base, attested.stages)
      : onlyStages(
          base,
          attested.stages.filter(({ name }) => wanted.includes(name)),
        );
  const isLost = missing.length > 0 || names.length === 0;
  return isLost ? { ...merged, completeness: "incomplete" } : merged;
}

function notice(message: string): Problem {
  return { code: "ATTESTATIONS_UNAVAILABLE", message, path: null, layer: null };
}

function lost(message: string): Problem {
  return {
    code: "SBOM_INCOMPLETE",
    message: `${message}; build it with BUILDKIT_SBOM_SCAN_STAGE=true.`,
    path: null,
    layer: null,
  };
}
