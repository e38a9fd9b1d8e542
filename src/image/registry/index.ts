/**
 * Source `registry://` (and what no engine of this machine has of `image://` and references without prefix): an image is pulled from a registry, layer by layer, as it is read.
 */
import { fetchAttestations, type SignatureSearch } from "../../oci/attestations.ts";
import { createRegistryClient, type RegistryClient } from "../../oci/client.ts";
import { createCredentialSource } from "../../oci/credentials.ts";
import { parseManifest } from "../../oci/manifest.ts";
import { parseReference } from "../../oci/reference.ts";
import { registryContent } from "../../oci/registry-content.ts";
import { selectImage, type SelectedImage } from "../../oci/select-image.ts";
import { openLayeredImage } from "../shared/layered-image.ts";
import { platformWish } from "../shared/platform-wish.ts";
import type { OpenedImage, RegistryAccess, ResolveOptions, Source } from "../types.ts";

export const registry: Source = Object.freeze({
  id: "registry",
  title: "Image in a registry",
  schemes: ["registry", "image"],
  kind: "registry",
  specs: [
    "https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md",
    "https://github.com/opencontainers/image-spec/blob/v1.1.0/spec.md",
  ],
  version: 1,
  open,
} satisfies Source);

async function open(location: string, options: ResolveOptions): Promise<OpenedImage> {
  const reference = parseReference(location);
  const { insecureRegistries, signal } = options;
  const access: RegistryAccess = options.registry ?? { credentialFiles: [], explicit: null, env: {} };
  const { explicit } = access;
  const client = createRegistryClient({
    credentials: createCredentialSource({
      explicit: explicit === null ? null : { ...explicit, registry: explicit.registry ?? reference.registry },
      files: access.credentialFiles,
      env: access.env,
      signal,
    }),
    insecureRegistries,
    signal,
    certificateFolders: access.certificateFolders ?? [],
    certificateUse: access.certificateUse ?? "all",
    mirrors: access.mirrors ?? {},
  });
  const root = await client.fetchManifest(reference, reference.digest ?? reference.tag ?? "latest");
  const content = registryContent(client, reference);
  const manifest = parseManifest(root.bytes, root.mediaType);
  const selected = await selectImage(content, { digest: root.digest, manifest }, platformWish(options));
  const { attestations, signed, problems } = await fetchAttestations(
    content,
    selected.digest,
    selected.entries,
    signatureSearch(options, selected, client),
  );
  return openLayeredImage({
    source: "registry",
    reference: location,
    repository: reference.repository,
    tag: reference.tag,
    selected,
    attestations,
    ...(signed === undefined ? {} : { signed }),
    problems,
    contentOf: async (layer) => ({
      kind: "stream",
      // From this repository only: the `urls` of a descriptor are not even read.
      open: () => client.openBlob(reference, layer.digest, layer.sizeBytes),
    }),
    close: async () => {},
  });
}

function signatureSearch(
  { findsSignatures = false, keepsStatements: keepsBytes = false, referrerRepository = null }: ResolveOptions,
  { indexDigest }: SelectedImage,
  client: RegistryClient,
): SignatureSearch | null {
  if (!findsSignatures) return null;
  if (referrerRepository === null) return { indexDigest, keepsBytes };
  const other = parseReference(referrerRepository);
  const elsewhere = { content: registryContent(client, other), repository: other.repository };
  return { indexDigest, keepsBytes, elsewhere };
}
