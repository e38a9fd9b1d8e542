/** `plimsoll policy --org`: the server's verdict where it has one, else the same policies applied here. */
import { imageView } from "../../api/rest/images.ts";
import type { Judgement } from "../../domain/judgement.ts";
import type { CliContext } from "../context.ts";
import type { JudgeOptions } from "../judge-platforms.ts";
import { closeGate, gateOptions, type GateOptions } from "../options/gate.ts";
import { chosenPlatform } from "../options/image.ts";
import { splitList, type OutputOptions } from "../options/output.ts";
import { writeReport } from "../options/render.ts";
import { open } from "../run-analysis.ts";
import { openServer, type ServerClient } from "../server/client.ts";
import { askVerdict, type AskedVerdict } from "./ask-verdict.ts";
import { decideJudgement } from "./gate.ts";
import { judgeHere } from "./judge-here.ts";
import { serverJudgement } from "./server-judgement.ts";

export interface OrganisationPolicyOptions extends JudgeOptions, GateOptions, OutputOptions {
  /** Seconds. */
  readonly wait: number;
  /** As which repository an image that was not pushed is judged. */
  readonly repository?: string;
}

/** Returns the exit code. @throws PlimsollError when there is no verdict */
export async function runOrganisationPolicy(
  context: CliContext,
  organisation: string,
  reference: string,
  options: OrganisationPolicyOptions,
): Promise<number> {
  const gate = gateOptions(options);
  const client = await openServer(context);
  const pushed = await findPushed(context, reference, options);
  const asked: AskedVerdict =
    pushed.kind === "not-pushed"
      ? { kind: "unknown", reason: pushed.reason }
      : await askVerdict(client, {
          ...pushed,
          organisation,
          waitSeconds: options.wait,
          onWait: (why) => context.stderr.write(`waiting: ${why}\n`),
        });
  const judgement: Judgement =
    asked.kind === "verdict"
      ? serverJudgement(organisation, client.server, asked.view)
      : await judgeHere(context, client, {
          organisation,
          reference,
          reason: asked.reason,
          repository: options.repository ?? (pushed.kind === "pushed" ? pushed.repository : null),
          options,
        });
  const report = { view: "organisation", judgement } as const;
  await writeReport(context, options, report);
  const undeterminedCount =
    asked.kind === "verdict" && gate.failOn.includes("undetermined")
      ? await countUndetermined(client, organisation, asked.view.imageId)
      : 0;
  return closeGate(context, decideJudgement(judgement, { options: gate, undeterminedCount }));
}

type Pushed =
  | { readonly kind: "pushed"; readonly repository: string; readonly digest: string }
  | { readonly kind: "not-pushed"; readonly reason: string };

/**
 * Repository and digest in a registry, with the user's credentials. Without --platform the digest is the index's, as it was
 * pushed; several platforms are judged here, because the server's verdict on an index is the worst of all of its platforms.
 */
async function findPushed(
  context: CliContext,
  reference: string,
  options: OrganisationPolicyOptions,
): Promise<Pushed> {
  const words = splitList(options.platform);
  if (words.length > 1) return { kind: "not-pushed", reason: "some platforms of an index were chosen" };
  const platform = words[0] === "all" ? null : chosenPlatform(options);
  const opened = await open(context, { reference, platform, options });
  try {
    const { source, repository, indexDigest, digest } = opened.image;
    if (source !== "registry" || repository === null || digest === null) {
      return { kind: "not-pushed", reason: "the image was not read from a registry" };
    }
    return { kind: "pushed", repository, digest: platform === null ? (indexDigest ?? digest) : digest };
  } finally {
    await opened.close();
  }
}

async function countUndetermined(
  client: ServerClient,
  organisation: string,
  imageId: string | null,
): Promise<number> {
  if (imageId === null) return 0;
  const path = `/orgs/${organisation}/images/${encodeURIComponent(imageId)}`;
  const { findings } = await client.ask({ path }, imageView);
  return findings?.undetermined ?? 0;
}
