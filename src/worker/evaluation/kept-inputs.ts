/**
 * What a judgement was made of, as parts that are kept by digest: images share policies and packages, so an evaluation adds what is
 * new and refers to the rest.
 */
import type { Exception } from "../../domain/exception.ts";
import type { DatabaseStatus, VulnerabilityContext } from "../../domain/advisory.ts";
import type { VexStatement } from "../../domain/vex.ts";
import { PlimsollError } from "../../domain/error.ts";
import { engineId } from "../../analysis/engine-id.ts";
import { readImageDocument } from "../../analysis/image-document.ts";
import type { StoredFinding } from "../../store/schema.ts";
import { compressDocument, expandDocument } from "../../store/stores/image-documents.ts";
import {
  digestOfPart,
  type Kept,
  type KeptEvaluation,
  type KeptPart,
} from "../../store/stores/kept-evaluations.ts";
import type { PolicyInForce } from "../../store/views/evaluation-sources.ts";
import type { Judgement } from "./judge-image.ts";
import type { JudgedInputs } from "./judged-inputs.ts";
import type { NotedAnswers } from "./judging-ports.ts";
import { writeVerdictText } from "./verdict-text.ts";

/** How the parts belong together. Texts are digests of parts. */
interface Manifest {
  readonly format: number;
  readonly now: string;
  readonly document: string;
  /** Of each package that has findings: its position, and which of `packages` it has. */
  readonly findings: readonly (readonly [position: number, index: number])[] | null;
  readonly packages: readonly string[];
  readonly contexts: string;
  readonly database: string | null;
  readonly statements: string;
  readonly exceptions: string;
  readonly policies: string;
  readonly place: JudgedInputs["place"];
  readonly settings: JudgedInputs["settings"];
  readonly answers: NotedAnswers;
  readonly verdict: string;
}

const FORMAT = 1;

/** `image`: with its document as it was stored when it was judged. */
export async function keepInputs(
  judgement: Judgement,
  image: { readonly id: string; readonly document: Buffer },
): Promise<Kept> {
  const { inputs, answers } = judgement;
  const parts = new Map<string, KeptPart>();
  const keep = async (bytes: Uint8Array): Promise<string> => {
    const body = await compressDocument(bytes);
    const digest = digestOfPart(body);
    parts.set(digest, { digest, body });
    return digest;
  };
  const keepJson = (value: unknown): Promise<string> => keep(Buffer.from(JSON.stringify(value)));
  const { findings, packages } = await keepFindings(inputs.findings, keepJson);
  const manifest: Manifest = {
    format: FORMAT,
    now: inputs.now.toISOString(),
    document: digestOfPart(image.document),
    findings,
    packages,
    contexts: await keepJson([...inputs.contexts]),
    database: inputs.database === null ? null : await keepJson(inputs.database),
    statements: await keepJson(inputs.statements),
    exceptions: await keepJson(inputs.exceptions),
    policies: await keepJson(inputs.policies),
    place: inputs.place,
    settings: inputs.settings,
    answers,
    verdict: await keep(writeVerdictText(judgement, inputs.document.sbom)),
  };
  const body = await compressDocument(Buffer.from(JSON.stringify(manifest)));
  const referred = [...parts.keys(), manifest.document].sort();
  return {
    evaluation: { engine: engineId(), body, parts: referred },
    parts: [...parts.values()],
    document: { imageId: image.id, digest: manifest.document, body: image.document },
  };
}

async function keepFindings(
  given: JudgedInputs["findings"],
  keep: (value: unknown) => Promise<string>,
): Promise<Pick<Manifest, "findings" | "packages">> {
  if (given === null) return { findings: null, packages: [] };
  const indices = new Map<string, number>();
  const findings: [number, number][] = [];
  for (const [position, found] of given.entries()) {
    if (found.length === 0) continue;
    const digest = await keep(found);
    const index = indices.get(digest) ?? indices.size;
    indices.set(digest, index);
    findings.push([position, index]);
  }
  return { findings, packages: [...indices.keys()] };
}

export interface ReadInputs {
  readonly inputs: JudgedInputs;
  readonly answers: NotedAnswers;
  /** As it was then, see `verdict-text.ts`. */
  readonly verdict: Buffer;
}

/** Finds the bytes of parts by their digests; one that is gone is left out. */
export type FindParts = (digests: readonly string[]) => Promise<ReadonlyMap<string, Buffer>>;

/**
 * What `keepInputs` kept, with every part held against its digest.
 * @throws PlimsollError VERDICT_NOT_KEPT when a part is gone, damaged, or of a version that this program does not read
 */
export async function readInputs({ body, parts }: KeptEvaluation, find: FindParts): Promise<ReadInputs> {
  const manifest = (await readJson(body)) as Manifest;
  if (manifest.format !== FORMAT) throw notKept("another version of the program kept it");
  const found = await find(parts);
  const expand = (digest: string): Promise<Buffer> => {
    const part = found.get(digest);
    if (part === undefined) throw notKept("a part of it was removed");
    if (digestOfPart(part) !== digest) throw notKept("a part of it is damaged");
    return expandDocument(part);
  };
  const read = async <T>(digest: string): Promise<T> =>
    JSON.parse((await expand(digest)).toString("utf8")) as T;
  const document = readImageDocument(await expand(manifest.document));
  const packages = await Promise.all(
    manifest.packages.map((digest) => read<readonly StoredFinding[]>(digest)),
  );
  const byPosition = new Map(manifest.findings);
  return {
    inputs: {
      document,
      place: manifest.place,
      findings:
        manifest.findings === null
          ? null
          : document.sbom.packages.map((_pkg, position) => packages[byPosition.get(position) ?? -1] ?? []),
      contexts: new Map(await read<readonly (readonly [string, VulnerabilityContext])[]>(manifest.contexts)),
      database: manifest.database === null ? null : await read<DatabaseStatus>(manifest.database),
      statements: await read<readonly VexStatement[]>(manifest.statements),
      exceptions: await read<readonly Exception[]>(manifest.exceptions),
      policies: await read<readonly PolicyInForce[]>(manifest.policies),
      settings: manifest.settings,
      now: new Date(manifest.now),
    },
    answers: manifest.answers,
    verdict: await expand(manifest.verdict),
  };
}

async function readJson(body: Uint8Array): Promise<unknown> {
  return JSON.parse((await expandDocument(body)).toString("utf8"));
}

function notKept(why: string): PlimsollError {
  return new PlimsollError("VERDICT_NOT_KEPT", `The verdict cannot be made once more: ${why}.`);
}
