/** What to do about a fact that is missing: the other half of every "no data". */
import type { FactName } from "../../domain/policy.ts";

const database = "Run plimsoll db update; plimsoll db status tells what the database holds.";
const image = "Judge the image itself: from a registry, an OCI layout, an archive or a local engine.";

/** One sentence for each fact. */
export const supplies: Readonly<Record<FactName, string>> = {
  config: image,
  packages: "Judge the image itself; plimsoll sbom --debug tells what was read and what was not.",
  findings: database,
  attestations:
    "Judge the image in its registry or as an OCI layout, built with docker buildx build --attest type=sbom --attest type=provenance,mode=max.",
  baseImage:
    "Build with docker buildx build --attest type=provenance,mode=max, or record the base image with plimsoll base add.",
  kev: database,
  systemFiles: "Judge the image itself, one with a package database, with --check-files.",
  image,
  database,
  secrets:
    "Run plimsoll policy on the image itself: from a registry, an OCI layout, an archive or a local engine.",
  hygiene:
    "Run plimsoll policy on the image itself; plimsoll hygiene --details tells which checks were not made.",
  signatures:
    "Judge the image in its registry or as an OCI layout, and name who is trusted in PLIMSOLL_TRUSTED_KEYS or PLIMSOLL_TRUSTED_IDENTITIES.",
  qualityGate:
    "Set PLIMSOLL_SONARQUBE_URL, PLIMSOLL_SONARQUBE_PROJECTS and PLIMSOLL_SONARQUBE_TOKEN, and build with --label org.opencontainers.image.revision=$(git rev-parse HEAD).",
  baseSupport:
    "Load the lists of the Docker Official Images with plimsoll base support update, or name a list of your own in PLIMSOLL_SUPPORTED_TAGS.",
  baseAttestations:
    "Let the registry of the base image be asked, and name who is trusted in PLIMSOLL_TRUSTED_KEYS.",
};
