/** Every reader of data from outside, as targets of fuzzing. */
import { advisoryTargets } from "./fuzz-advisories.ts";
import { documentTargets } from "./fuzz-documents.ts";
import { ecosystemTargets } from "./fuzz-ecosystems.ts";
import { examinationTargets } from "./fuzz-examination.ts";
import { formatTargets } from "./fuzz-formats.ts";
import { layerTargets } from "./fuzz-layers.ts";
import { nameTargets } from "./fuzz-names.ts";
import { packageTargets } from "./fuzz-packages.ts";
import type { FuzzTarget } from "./fuzz-target.ts";

export const targets: readonly FuzzTarget[] = [
  ...layerTargets,
  ...documentTargets,
  ...packageTargets,
  ...ecosystemTargets,
  ...examinationTargets,
  ...formatTargets,
  ...advisoryTargets,
  ...nameTargets,
];
