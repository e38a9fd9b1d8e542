/** The view `outdated`: libraries with a newer version, and those of which nobody could tell, with the reasons. */
import type { OutdatedPackage } from "../../domain/newest-version.ts";
import { packageName } from "../../domain/package-name.ts";
import type { Report } from "../types.ts";
import { paragraph, plain, section, toned, type Block } from "./blocks.ts";
import { stateBlocks } from "./overview.ts";
import { findStates } from "./states.ts";
import { countText, targetName } from "./words.ts";

export function outdatedDocument({
  analysis,
  packages,
  currentCount,
}: Extract<Report, { view: "outdated" }>): readonly Block[] {
  const listed = packages.filter(({ status }) => status !== "no_data");
  const unknown = packages.filter(({ status }) => status === "no_data");
  const outdated = packages.filter(({ status }) => status === "outdated").length;
  // The vulnerability database has no part in this, so that there is none is no state of it.
  const states = findStates(analysis, null).filter(({ id }) => id !== "not-judged");
  return [
    paragraph(
      { text: `${targetName(analysis.image)}  `, tone: "strong" },
      toned(`${outdated} outdated`, outdated > 0 ? "warn" : "good"),
      plain(`, ${currentCount} current, `),
      toned(`${unknown.length} without data`, unknown.length > 0 ? "warn" : "dim"),
    ),
    ...stateBlocks(states),
    ...(listed.length === 0 ? [] : [table(listed)]),
    ...(unknown.length === 0 ? [] : [reasons(unknown)]),
  ];
}

function table(packages: readonly OutdatedPackage[]): Block {
  return {
    kind: "table",
    head: ["Type", "Package", "Has", "Newest", "Step", "Released", ""],
    rows: packages.map(({ package: pkg, newest, step, status }) => [
      plain(pkg.ecosystem),
      plain(packageName(pkg)),
      plain(pkg.version),
      toned(newest?.version ?? "", status === "outdated" ? "good" : "dim"),
      toned(step === null || step === "unknown" ? "" : step, step === "major" ? "warn" : "dim"),
      plain(newest?.releasedAt?.slice(0, 10) ?? ""),
      toned(newest?.deprecated === null || newest === null ? "" : `deprecated: ${newest.deprecated}`, "bad"),
    ]),
  };
}

/** A reason stands once, with the packages that it is about. */
function reasons(packages: readonly OutdatedPackage[]): Block {
  const byReason = Map.groupBy(packages, ({ reason }) => reason ?? "");
  return section(
    [toned("No data", "warn")],
    [
      {
        kind: "list",
        entries: [...byReason].map(([reason, of]) => {
          const names = of.slice(0, NAMES_MAX).map(({ package: pkg }) => packageName(pkg));
          const more = of.length > NAMES_MAX ? ", …" : "";
          return [plain(`${countText(of.length, "package")} (${names.join(", ")}${more}): ${reason}`)];
        }),
      },
    ],
  );
}

const NAMES_MAX = 5;
