/**
 * What stands in registries and layouts besides images, by media types: so that whoever names one is told what it is, and what to
 * name instead.
 */
import { printable } from "../domain/problem.ts";
import { OciError } from "./error.ts";

interface ArtifactKind {
  /** Beginning of the media type of its config, its layers, or the type it calls itself. */
  readonly startsWith: string;
  readonly what: string;
  readonly advice: string;
}

const kinds: readonly ArtifactKind[] = [
  {
    startsWith: "application/vnd.docker.plugin.",
    what: "a plugin of Docker",
    advice: "its root file system can be read with fs:// once it is installed",
  },
  {
    startsWith: "application/vnd.cncf.helm.",
    what: "a Helm chart",
    advice: "name the images that its templates name",
  },
  {
    startsWith: "application/vnd.wasm.",
    what: "a WebAssembly module",
    advice: "it holds no file system; its source tree can be read with fs://",
  },
  {
    startsWith: "application/wasm",
    what: "a WebAssembly module",
    advice: "it holds no file system; its source tree can be read with fs://",
  },
  {
    startsWith: "application/vnd.in-toto",
    what: "attestations about an image",
    advice: "name the image; they are read with it",
  },
  {
    startsWith: "application/vnd.dsse.",
    what: "attestations about an image",
    advice: "name the image; they are read with it",
  },
  {
    startsWith: "application/vnd.dev.cosign.",
    what: "a signature of cosign",
    advice: "name the image that it signs",
  },
  {
    startsWith: "application/vnd.dev.sigstore.",
    what: "a bundle of Sigstore",
    advice: "name the image that it is about",
  },
  {
    startsWith: "application/spdx",
    what: "an SBOM document",
    advice: "save it as a file and read it with sbom://",
  },
  {
    startsWith: "application/vnd.cyclonedx",
    what: "an SBOM document",
    advice: "save it as a file and read it with sbom://",
  },
  {
    startsWith: "application/vnd.syft",
    what: "an SBOM document",
    advice: "save it as a file and read it with sbom://",
  },
];

/** Of a config that says nothing. */
const EMPTY = "application/vnd.oci.empty.v1+json";

/** IMAGE_UNSUPPORTED. `types`: media types that say what it is, the one that says most first. */
export function notAnImage(types: readonly string[]): OciError {
  const type = printable(types.find((each) => each !== "" && each !== EMPTY) ?? EMPTY, 100);
  const kind = kinds.find(({ startsWith }) => types.some((each) => each.startsWith(startsWith)));
  const message =
    kind === undefined
      ? `The manifest describes an artifact of type "${type}", not an image.`
      : `This is ${kind.what} (${type}), not an image: ${kind.advice}.`;
  return new OciError("IMAGE_UNSUPPORTED", message, { details: { type } });
}
