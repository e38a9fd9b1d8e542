/**
 * The labels of `test/accuracy/labels`, one file an inventory of `test/accuracy/images`: what is true of a package and a
 * vulnerability, why, and the lines of the record that prove it.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AccuracyLabel } from "../../src/analysis/accuracy.ts";
import type { Sbom } from "../../src/domain/package.ts";
import { readSbom } from "../../src/sbom/read-document.ts";

/** Kinds of error that labels look for; see docs/recipes/label-an-image.md. */
export const errorClasses = [
  "backported-fix",
  "before-introduced",
  "build-of-a-minor-release",
  "epoch",
  "headers-of-a-source",
  "incompatible",
  "informational",
  "name-in-another-ecosystem",
  "numbers-not-text",
  "os-owned-package",
  "other-branch",
  "other-distribution",
  "other-major-path",
  "other-module-stream",
  "other-platform",
  "other-release",
  "packaging-of-the-fix",
  "pseudo-version",
  "stream-not-told",
  "third-party-repository",
  "vendor-says-not-affected",
  "withdrawn",
] as const;

/** Labels that no error of matching stands behind: an ordinary yes or no. */
const plainClasses = [
  "already-fixed",
  "binary-name-of-a-source",
  "fixed-later",
  "no-fix-yet",
  "packaging-of-the-last-affected",
  "same-module-stream",
  "standard-library",
] as const;

export interface Label extends AccuracyLabel {
  readonly class: (typeof errorClasses)[number] | (typeof plainClasses)[number];
  /** For people: the comparison made with the tool of the ecosystem, or what the publisher says. */
  readonly reason: string;
  readonly source: LabelSource;
}

export interface LabelSource {
  /** Below `../shared/feeds`. */
  readonly archive: string;
  /** Path of the record in it. */
  readonly file: string;
  /** Text that the record holds: its id, and the field that proves the verdict. */
  readonly lines: readonly string[];
}

export interface LabelledImage {
  readonly id: string;
  readonly sbom: Sbom;
  readonly labels: readonly Label[];
}

/** All images with labels, by id. @throws Error for a label that is not of the shape above */
export function readLabelledImages(folder = import.meta.dirname): readonly LabelledImage[] {
  return readdirSync(join(folder, "labels"))
    .sort()
    .map((file) => ({
      id: file.replace(/\.json$/, ""),
      sbom: readSbom(readFileSync(join(folder, "images", file))).sbom,
      labels: readLabels(join(folder, "labels", file)),
    }));
}

function readLabels(path: string): readonly Label[] {
  const labels = JSON.parse(readFileSync(path, "utf8")) as readonly Label[];
  for (const label of labels) {
    const classes: readonly string[] = [...errorClasses, ...plainClasses];
    const isWhole =
      /^[a-z]+\/.+@.+$/.test(label.package) &&
      label.vulnerability !== "" &&
      ["affected", "not_affected", "notice", "undetermined"].includes(label.verdict) &&
      classes.includes(label.class) &&
      label.reason !== "" &&
      label.source.lines.length > 0;
    if (!isWhole) throw new Error(`${path} holds a label that is none: ${JSON.stringify(label)}`);
  }
  return labels;
}

/** `deb` of `deb/libssl1.1@…`; Wolfi apart from Alpine, which it shares nothing with but the format. */
export function ecosystemOf(image: LabelledImage, label: Label): string {
  const type = label.package.split("/", 1)[0] ?? "";
  return type === "apk" ? `apk (${image.sbom.distro?.id ?? "unknown"})` : type;
}
