/**
 * A report as Harbor reads it: of the findings, or of the gate's decision. Harbor blocks pulls by the gravest entry of the list, so an
 * image that nobody knows enough about is never an empty list.
 */
import type { HarborItem, HarborSeverity } from "../../api/rest/harbor.ts";
import type { Severity } from "../../domain/advisory.ts";
import { PlimsollError } from "../../domain/error.ts";
import { printable } from "../../domain/problem.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { listImageFindings, type ImageFindingRow } from "../../store/views/image-findings.ts";
import { findImage } from "../../store/views/image.ts";
import { findPushedDigest, type PushedImage } from "../../store/views/pushed-images.ts";
import { findRepository } from "../../store/views/repositories.ts";
import type { OrgScope } from "../caller.ts";
import { askGate } from "../gate/ask.ts";
import type { ServerParts } from "../parts.ts";
import type { Scan } from "./scan.ts";

/** `waiting`: Harbor asks again. */
export type Scanned =
  | { readonly kind: "waiting" }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "report"; readonly repository: string; readonly items: readonly HarborItem[] };

type Parts = Pick<ServerParts, "store" | "queue" | "events" | "databaseAgeHoursMax" | "publicUrl">;

interface Asked {
  readonly org: OrgScope;
  readonly scan: Scan;
  readonly now: Date;
}

/** Every finding that no statement or exception has settled. @throws PlimsollError NOT_FOUND */
export async function reportFindings(parts: Parts, { org, scan }: Asked): Promise<Scanned> {
  return inOrg(
    parts.store,
    org.id,
    async (tx): Promise<Scanned> => {
      const { repository, images, failure } = await findScanned(tx, org, scan);
      const image = images[0];
      if (image === undefined)
        return failure === null ? { kind: "waiting" } : { kind: "failed", message: failure.message };
      if (image.state === "failed")
        return { kind: "failed", message: image.failureMessage ?? "The analysis failed." };
      if (image.state !== "analysed" || image.evaluationId === null) return { kind: "waiting" };
      const evaluation = (await findImage(tx, org.id, image.id))?.evaluation ?? null;
      if (evaluation === null || evaluation.database === null)
        return { kind: "failed", message: "There is no vulnerability database to ask." };
      const found = await listAll(tx, org.id, image.id);
      const page = `${parts.publicUrl}/o/${org.name}/images/${image.id}`;
      return {
        kind: "report",
        repository,
        items: [...doubtsOf(image, page), ...found.map((row) => findingItem(row, page))],
      };
    },
    { readOnly: true },
  );
}

/** An entry for each cause why the gate lets the image not pass; none: it does. @throws PlimsollError NOT_FOUND */
export async function reportVerdict(parts: Parts, { org, scan, now }: Asked): Promise<Scanned> {
  const { repository, host } = await inOrg(parts.store, org.id, (tx) => findScanned(tx, org, scan));
  const asked = { repository: `${host}/${repository}`, digest: scan.digest };
  const { answer } = await askGate(parts, org, asked, now);
  if (answer.causes.some(({ cause }) => cause === "queued" || cause === "outdated"))
    return { kind: "waiting" };
  const page = `${parts.publicUrl}${answer.path}`;
  const items = answer.causes.map(({ cause, message }, index) =>
    ownItem(`${cause.toUpperCase()}-${index + 1}`, "Critical", message, page),
  );
  return { kind: "report", repository, items };
}

interface FoundScan {
  readonly host: string;
  /** Path in the registry, as Harbor has it. */
  readonly repository: string;
  readonly images: readonly PushedImage[];
  readonly failure: { readonly message: string } | null;
}

async function findScanned(tx: StoreTransaction, org: OrgScope, scan: Scan): Promise<FoundScan> {
  const { repositoryId, digest } = scan;
  const place = await findRepository(tx, org.id, repositoryId);
  const found =
    place === null ? null : await findPushedDigest(tx, org.id, { repositoryId, digest, tag: null });
  if (place === null || found === null) throw new PlimsollError("NOT_FOUND", "There is no such scan.");
  return { host: place.registry, repository: place.name, images: found.images, failure: found.failure };
}

async function listAll(tx: StoreTransaction, orgId: string, imageId: string): Promise<ImageFindingRow[]> {
  const rows: ImageFindingRow[] = [];
  let cursor: string | undefined;
  do {
    const query = { limit: PAGE, cursor, severities: [], suppressed: "without" } as const;
    const { entries, next } = await listImageFindings(tx, orgId, imageId, query);
    rows.push(...entries);
    cursor = next ?? undefined;
  } while (cursor !== undefined && rows.length < FINDINGS_MAX);
  return rows;
}

const PAGE = 1000;
/** Of one image; the gravest come first. */
const FINDINGS_MAX = 20_000;

/** What makes the list less than the truth. */
function doubtsOf({ completeness, verification }: PushedImage, page: string): readonly HarborItem[] {
  return [
    ...(completeness === "complete"
      ? []
      : [ownItem("INCOMPLETE", "Unknown", "The inventory is incomplete: packages may be missing.", page)]),
    ...(verification === "unverified"
      ? [ownItem("UNVERIFIED", "Unknown", "The content was not verified against its digests.", page)]
      : []),
  ];
}

function ownItem(name: string, severity: HarborSeverity, description: string, page: string): HarborItem {
  const id = `PLIMSOLL-${name}`;
  return { id, package: "image", version: "-", fix_version: "", severity, description, links: [page] };
}

function findingItem({ body, packageName, packageVersion }: ImageFindingRow, page: string): HarborItem {
  const links = body.evidence.flatMap(({ advisory: { url } }) => (url === null ? [] : [url]));
  return {
    id: body.vulnerability,
    package: packageName,
    version: packageVersion,
    fix_version: body.fixedVersion ?? "",
    severity: severityNames[body.severity],
    description: printable(body.summary ?? "", 4000),
    links: [...new Set([...links, page])].slice(0, 20),
  };
}

const severityNames: Readonly<Record<Severity, HarborSeverity>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  unspecified: "Unknown",
};

/** The gravest; of none `Unknown`, for Harbor's list has no word for that. */
export function gravest(items: readonly HarborItem[]): HarborSeverity {
  const order: readonly HarborSeverity[] = ["Critical", "High", "Medium", "Low", "Negligible"];
  return order.find((severity) => items.some((item) => item.severity === severity)) ?? "Unknown";
}
