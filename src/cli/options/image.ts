/** Options of every command that reads an image, and what they mean for opening it. */
import { Option, type Command } from "commander";
import { PlimsollError } from "../../domain/error.ts";
import type { Platform } from "../../domain/image.ts";
import { printable } from "../../domain/problem.ts";
import { newestLocalImage } from "../../image/open.ts";
import type { RegistryAccess, ResolveOptions } from "../../image/types.ts";
import { credentialFiles } from "../../oci/docker-config.ts";
import { certificateFolders } from "../../oci/registry-certificates.ts";
import { parsePlatform } from "../../oci/platform.ts";
import { isRegistryHost } from "../../config/config.ts";
import type { CliContext } from "../context.ts";
import { collectList } from "./output.ts";

export interface ImageOptions {
  readonly platform?: string;
  readonly ref?: string;
  readonly verify?: true;
  readonly insecureRegistry?: readonly string[];
  readonly debug?: true;
  /** Repository that holds further referrers of the image. */
  readonly referrerRepository?: string;
}

export const IMAGE_ARGUMENT =
  "image reference, or local://, containerd://, registry://, oci-dir://, archive://, fs://, sbom:// and what follows";

/** What of verbs that take the newest image of this machine where none is named. */
export const OPTIONAL_IMAGE_ARGUMENT = `${IMAGE_ARGUMENT}; none: the newest one of this machine, of an engine or of containerd`;

/** The reference as typed, or the newest local image's, which is said. @throws PlimsollError ENGINE_UNREACHABLE, SOURCE_NOT_FOUND */
export async function chooseReference(
  context: CliContext,
  typed: string | undefined,
  options: ImageOptions,
): Promise<string> {
  if (typed !== undefined) return typed;
  const newest = await newestLocalImage(resolveOptions(context, options, null));
  context.stderr.write(`No image named: ${printable(newest)}, the newest of this machine.\n`);
  return newest;
}

/** Adds --platform, --ref, --verify, --insecure-registry, --debug. */
export function addImageOptions(
  command: Command,
  platformHelp = "platform to choose from an index, e.g. linux/arm64",
): Command {
  return (
    command
      .option("--platform <platform>", platformHelp)
      .option("--ref <reference>", "which image of an archive or layout that holds several")
      .option("--verify", "hash everything, also what an archive lets us skip by seeking")
      .addOption(
        new Option(
          "--insecure-registry <host>",
          "registry that may be spoken to without TLS (loopback always may); repeatable",
        ).argParser(collectInsecure),
      )
      .option("--debug", "print steps, timings and stack traces to standard error")
      // Scout's second name for more of it.
      .addOption(new Option("--verbose-debug").hideHelp().implies({ debug: true }))
  );
}

/** Reads one host of --insecure-registry. @throws PlimsollError USAGE */
export function collectInsecure(value: string, previous: readonly string[] | undefined): string[] {
  const hosts = collectList(value, previous);
  const wrong = hosts.find((host) => !isRegistryHost(host));
  if (wrong === undefined && hosts.length > 0) return hosts;
  throw new PlimsollError("USAGE", `--insecure-registry takes host or host:port, not "${wrong ?? value}".`);
}

/** What `openImage` needs. @throws PlimsollError USAGE on a platform that cannot be parsed */
export function resolveOptions(
  context: CliContext,
  options: ImageOptions,
  platform: Platform | null,
): ResolveOptions {
  const { trustedKeys, trustedIdentities, notationTrust } = context.config.signing;
  const { keys = [], identities = [] } = context.files?.project?.trust ?? {};
  return {
    platform,
    ref: options.ref ?? null,
    insecureRegistries: [...context.config.registry.insecureRegistries, ...(options.insecureRegistry ?? [])],
    signal: null,
    referrerRepository: options.referrerRepository ?? null,
    findsSignatures:
      options.referrerRepository !== undefined ||
      notationTrust !== null ||
      [...trustedKeys, ...trustedIdentities, ...keys, ...identities].length > 0,
    registry: registryAccess(context),
    local: {
      env: context.env,
      home: context.home,
      cacheFolder: context.config.useCache ? context.config.cacheDir : null,
    },
    stdin: context.stdin,
  };
}

/** Reads one platform of --platform. @throws PlimsollError USAGE */
export function readPlatform(word: string): Platform {
  try {
    return parsePlatform(word);
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error;
    throw new PlimsollError("USAGE", `--platform: ${error.message}`, { cause: error });
  }
}

function registryAccess(context: CliContext): RegistryAccess {
  const { user, password, token } = context.config.registry;
  return {
    credentialFiles: credentialFiles(context.env, context.home),
    explicit: user === null && token === null ? null : { registry: null, user, password, token },
    certificateFolders: certificateFolders(context.env, context.home),
    mirrors: context.config.registry.mirrors,
    env: context.env,
  };
}

/** The platform of --platform, or null when it was not given. */
export function chosenPlatform(options: ImageOptions): Platform | null {
  return options.platform === undefined ? null : readPlatform(options.platform);
}
