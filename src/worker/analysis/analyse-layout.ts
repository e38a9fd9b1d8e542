/** An image of an OCI layout beside the program, recorded as if it had been pushed: the demonstration of a new installation. */
import { formatPlatform } from "../../domain/image.ts";
import { openImage } from "../../image/open.ts";
import type { OpenedImage } from "../../image/types.ts";
import { asEngine } from "../../store/in-org.ts";
import { findAnalysisPlace, findKnownTag } from "../../store/stores/analysis-places.ts";
import { openImages, recordPlaces, startAnalysis } from "../../store/stores/images.ts";
import { insertPush, moveTag } from "../../store/stores/pushes.ts";
import { PlimsollError } from "../../domain/error.ts";
import type { WorkerContext } from "../context.ts";
import { analyseImage } from "./analyse-image.ts";

export interface LayoutTask {
  /** Id of the organisation. */
  readonly org: string;
  /** Id of the repository. */
  readonly repository: string;
  /** Absolute folder. */
  readonly layout: string;
}

/** Done again at every start: what is recorded already stays as it is. @throws PlimsollError of reading the layout */
export async function recordLayout(
  context: WorkerContext,
  { org, repository, layout }: LayoutTask,
  signal: AbortSignal,
): Promise<void> {
  const { store, clock } = context;
  const place = await findAnalysisPlace(store.engine, org, repository);
  if (place === null) return;
  const repositoryName = `${place.host}/${place.name}`;
  const open = async (): Promise<OpenedImage> => {
    const access = { platform: null, ref: null, insecureRegistries: [], signal };
    const found = await openImage(`oci-dir://${layout}`, access);
    const tag = found.image.tag ?? "latest";
    // As if pushed: a path of this machine says nothing to those who read its reports.
    const names = { repository: repositoryName, tag, reference: `${repositoryName}:${tag}` };
    return { ...found, image: { ...found.image, ...names } };
  };
  const opened = await open();
  await opened.close();
  const { digest, config } = opened.image;
  if (digest === null) throw new PlimsollError("SOURCE_INVALID", "The layout's image has no digest.");
  const name = opened.image.tag ?? "latest";
  const [image] = await asEngine(store, async (tx) => {
    const images = await openImages(tx, org, [{ digest, platform: formatPlatform(config.platform) }]);
    const ids = images.map(({ id }) => id);
    await recordPlaces(tx, org, { repositoryId: repository, pushedDigest: digest }, ids);
    for (const id of ids) await startAnalysis(tx, org, id);
    if ((await findKnownTag(tx, org, repository, name)) !== digest) {
      const at = clock();
      await insertPush(tx, org, {
        repositoryId: repository,
        tag: name,
        digest,
        source: "manual",
        actor: null,
        at,
      });
      await moveTag(tx, org, { repositoryId: repository, name, digest, at });
    }
    return images;
  });
  if (image === undefined) return;
  await analyseImage(context, {
    orgId: org,
    repositoryId: repository,
    name: `${place.name}:${name}`,
    image,
    open,
    signal,
  });
}
