/** `plimsoll attestation sign`: the signature of the image itself. */
import { imageSignatureType } from "../../attestations/verify-image.ts";
import { writeStatement } from "../../attestations/statement.ts";
import { PlimsollError } from "../../domain/error.ts";
import { openImage } from "../../image/open.ts";
import type { CliContext } from "../context.ts";
import { chosenPlatform, resolveOptions, type ImageOptions } from "../options/image.ts";
import type { OutputOptions } from "../options/output.ts";
import { openSigningKey } from "../options/trust.ts";
import { attachOne, needDigest, tell } from "./add.ts";
import { attachSignature, makeReady } from "./attach.ts";

export interface SignOptions extends ImageOptions, OutputOptions {
  readonly signKey?: string;
  readonly as: "tag" | "bundle";
}

/**
 * Signs the manifest of the platform that is named, else the index, so that the signature is over every platform.
 * @throws PlimsollError USAGE, KEY_INVALID, KEY_PASSWORD_WRONG; those of opening images and of registries
 */
export async function runSign(
  context: CliContext,
  references: readonly string[],
  options: SignOptions,
): Promise<void> {
  const key = await openSigningKey(context, options.signKey);
  const added: Parameters<typeof tell>[1] = [];
  for (const reference of references) {
    const platform = chosenPlatform(options);
    const opened = await openImage(reference, resolveOptions(context, options, platform));
    await opened.close();
    const { image } = opened;
    if (image.source !== "registry") throw new PlimsollError("USAGE", "Images are signed in registries.");
    const subject = (platform === null ? image.indexDigest : null) ?? needDigest(image);
    if (options.as === "bundle") {
      const named = { name: image.repository ?? image.reference, digest: subject };
      const ready = await makeReady(writeStatement(named, imageSignatureType, {}), key);
      added.push(await attachOne(context, image, { ...ready, subject }, options));
      continue;
    }
    added.push({
      image: `${image.repository ?? image.reference}@${subject}`,
      predicateType: imageSignatureType,
      ...(await attachSignature(context, image, key, { ...options, subject })),
      storage: "tag",
      signed: true,
    });
  }
  await tell(context, added, options);
}
