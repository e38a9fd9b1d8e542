/**
 * Between opening an image and looking at it: whatever lies beside it signed is compared with those who are trusted.
 */
import type { ResolvedImage } from "../domain/image.ts";
import { trustsNobody, type TrustedSigners } from "../domain/signature.ts";
import type { OpenedImage } from "../image/types.ts";

/** The opened image with its signatures verified. @throws PlimsollError KEY_INVALID, TRUST_INVALID for what is trusted itself */
export async function withVerified(
  opened: OpenedImage,
  trusted: TrustedSigners | null,
): Promise<OpenedImage> {
  const image = await verifySignatures(opened.image, trusted);
  return image === opened.image ? opened : { ...opened, image };
}

/** The same image where nothing of it is signed. @throws as `withVerified` */
export async function verifySignatures(
  image: ResolvedImage,
  trusted: TrustedSigners | null,
): Promise<ResolvedImage> {
  const isSigned =
    image.signed !== undefined || (image.attestations ?? []).some(({ signed }) => signed !== undefined);
  if (!isSigned) return image;
  // Loaded on demand: most images carry nothing that is signed.
  const { openTrust } = await import("../attestations/trust.ts");
  const { verifyImage } = await import("../attestations/verify-image.ts");
  return verifyImage(image, openTrust(trusted ?? trustsNobody));
}
