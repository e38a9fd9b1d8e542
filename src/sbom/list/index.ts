/**
 * The plain list: one package a line, name, version and type in aligned columns. For people and `grep`; only written.
 */
import { printable } from "../../domain/problem.ts";
import { disarmCommands } from "../../domain/runner-commands.ts";
import type { SbomFormat, SbomSubject } from "../types.ts";

export const list: SbomFormat = Object.freeze({
  id: "list",
  aliases: [],
  title: "List of packages",
  specs: [],
  version: 1,
  mediaType: "text/plain; charset=utf-8",
  write,
  variants: [],
  predicateType: null,
  holds: null,
  read: null,
});

const HEAD = ["Name", "Version", "Type"];

function write({ sbom }: SbomSubject): string {
  // As Scout writes it, but for packages of build stages, which need not be in the image.
  const head = (sbom.stages ?? []).length === 0 ? HEAD : [...HEAD, "Stage"];
  const rows = sbom.packages.map((pkg) => {
    const name =
      pkg.namespace !== null && pkg.namespace.startsWith("@") ? `${pkg.namespace}/${pkg.name}` : pkg.name;
    return [name, pkg.version, pkg.ecosystem, pkg.stage ?? ""]
      .slice(0, head.length)
      .map((text) => printable(text, 200));
  });
  const sorted = rows.sort((a, b) => compareRows(a, b));
  const widths = head.map((title, column) =>
    sorted.reduce((width, row) => Math.max(width, row[column]?.length ?? 0), title.length),
  );
  const state =
    sbom.completeness === "incomplete"
      ? ["", `INCOMPLETE: packages may be missing; problems: ${sbom.problems.length}`]
      : [];
  const document = [head, ...sorted]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .concat(state, "")
    .join("\n");
  return disarmCommands(document);
}

function compareRows(a: readonly string[], b: readonly string[]): number {
  const [left, right] = [a.join("\u0000"), b.join("\u0000")];
  return left < right ? -1 : left > right ? 1 : 0;
}
