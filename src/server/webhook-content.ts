/** What was asked of a webhook, checked by its channel: address, options, secret, filters and schedule. */
import { z } from "zod";
import type { WebhookView, webhookChange } from "../api/rest/events.ts";
import type { DeliveryFiltersView, DeliveryScheduleView } from "../api/rest/deliveries.ts";
import { everything, type DeliveryFilters } from "../domain/delivery-filters.ts";
import { atOnce, type DeliverySchedule } from "../domain/delivery-schedule.ts";
import { channels, findChannel, newSecret } from "../notifications/channels.ts";
import type { Channel } from "../notifications/types.ts";
import type { StoreTransaction } from "../store/connect.ts";
import type { WebhookContent } from "../store/stores/webhooks.ts";
import { findUnknownEnvironments } from "../store/views/policies.ts";
import { requestInvalid, RequestInvalidError } from "./problem.ts";

export type AskedWebhook = z.output<typeof webhookChange>;

export interface CheckedWebhook {
  readonly content: WebhookContent;
  /** To be sealed; null: what is there stays. */
  readonly secret: string | null;
}

/** What is there already, with its secret. */
export interface KnownWebhook {
  readonly content: WebhookContent;
  readonly hasSecret: boolean;
}

/** @throws PlimsollError REQUEST_INVALID for a channel that does not exist */
export function channelOf(id: string): Channel {
  const channel = findChannel(id);
  if (channel !== null) return channel;
  const message = `there are: ${channels.map((each) => each.id).join(", ")}`;
  throw new RequestInvalidError("There is no such channel.", [{ path: "channel", message }]);
}

/** `known` null: a new one. What is left out stays, or is what suits the channel. @throws PlimsollError REQUEST_INVALID */
export async function checkWebhook(
  { tx, orgId }: { readonly tx: StoreTransaction; readonly orgId: string },
  channel: Channel,
  asked: AskedWebhook,
  known: KnownWebhook | null,
): Promise<CheckedWebhook> {
  const { name, events, enabled } = asked;
  const { url, secret } = checkTarget(channel, asked, known);
  const options = checkOptions(channel, asked.options ?? known?.content.options ?? {});
  const hasSecret = secret === null ? known?.hasSecret === true : secret !== "";
  const problem = channel.check?.({ url, options, hasSecret }) ?? null;
  if (problem !== null) throw refused("options", problem);
  const suits = suitable(channel);
  const filters = asked.filters ?? known?.content.filters ?? suits.filters;
  await checkEnvironments({ tx, orgId }, filters);
  const schedule =
    asked.schedule === undefined ? (known?.content.schedule ?? suits.schedule) : readSchedule(asked.schedule);
  return { content: { name, url, events, enabled, options, filters, schedule }, secret };
}

/** What is told when nobody says: whom a channel tells decides what suits them. */
export function suitable({
  readers,
}: Pick<Channel, "readers">): Pick<WebhookContent, "filters" | "schedule"> {
  if (readers === "machines") return { filters: everything, schedule: atOnce };
  return { filters: { ...everything, onlyNew: true }, schedule: { ...atOnce, cadence: "grouped" } };
}

function checkTarget(
  { schemes, secret: kind }: Channel,
  { url: asked, secret: given }: AskedWebhook,
  known: KnownWebhook | null,
): { readonly url: string; readonly secret: string | null } {
  const { protocol, origin, host } = new URL(asked);
  if (!schemes.some((scheme) => `${scheme}:` === protocol))
    throw refused("url", `starts with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`);
  if (kind.kind !== "given" && given !== undefined) throw refused("secret", "is not taken by this channel");
  switch (kind.kind) {
    case "made":
      return { url: asked, secret: known === null ? newSecret(kind.make) : null };
    case "address": {
      // What is shown of a stored address stands for it.
      const shown = `${origin}/`;
      if (known !== null && (asked === shown || asked === origin) && known.content.url === shown)
        return { url: shown, secret: null };
      return { url: shown, secret: asked };
    }
    case "given": {
      if (given !== undefined) return { url: asked, secret: given };
      if (known === null) {
        if (kind.isRequired) throw refused("secret", `${kind.words}, and is needed`);
        return { url: asked, secret: "" };
      }
      // Whoever may change an address must not have a secret sent there that they do not know.
      const before = new URL(known.content.url);
      if (known.hasSecret && (before.host !== host || before.protocol !== protocol))
        throw refused("secret", "has to be given again for another address");
      return { url: asked, secret: null };
    }
  }
}

function checkOptions({ options }: Channel, asked: unknown): WebhookContent["options"] {
  const parsed = options.safeParse(asked);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map((issue) => ({ ...issue, path: ["options", ...issue.path] }));
  throw requestInvalid("body", new z.ZodError(issues));
}

/** @throws PlimsollError REQUEST_INVALID */
export async function checkEnvironments(
  { tx, orgId }: { readonly tx: StoreTransaction; readonly orgId: string },
  { environments }: DeliveryFilters,
): Promise<void> {
  const unknown = await findUnknownEnvironments(tx, orgId, environments);
  if (unknown.length > 0) throw refused("filters.environments", "there is no such environment");
}

function refused(path: string, message: string): RequestInvalidError {
  return new RequestInvalidError(`The webhook is not valid: ${path}: ${message}`, [{ path, message }]);
}

export function readSchedule({
  cadence,
  timeZone,
  quietHours,
  digestAt,
}: DeliveryScheduleView): DeliverySchedule {
  return {
    cadence,
    timeZone,
    quietHours:
      quietHours === null ? null : { from: readMinute(quietHours.from), to: readMinute(quietHours.to) },
    digestAt: readMinute(digestAt),
  };
}

/** `22:30` */
function readMinute(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

function writeMinute(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

export function viewFilters(filters: DeliveryFilters): DeliveryFiltersView {
  return {
    ...filters,
    repositories: [...filters.repositories],
    environments: [...filters.environments],
    policies: [...filters.policies],
  };
}

export function viewSchedule({
  quietHours,
  digestAt,
  ...schedule
}: DeliverySchedule): WebhookView["schedule"] {
  return {
    ...schedule,
    quietHours:
      quietHours === null ? null : { from: writeMinute(quietHours.from), to: writeMinute(quietHours.to) },
    digestAt: writeMinute(digestAt),
  };
}
