/** What webhooks and members are told of and when, and the log of what they were told. */
import { z } from "zod";
import { severityFloors } from "../../domain/delivery-filters.ts";
import { eventKinds } from "../../domain/event.ts";
import { cadences, isTimeZone } from "../../domain/delivery-schedule.ts";
import { count, pageOf, pageQuery, textOrNull, time, uuid } from "./fields.ts";

const name = z.string().min(1).max(300);

export const deliveryFilters = z.strictObject({
  repositories: z
    .array(name)
    .max(100)
    .default([])
    .describe("registry.example.com/acme/my-app; * stands for any text. Empty: all"),
  environments: z
    .array(z.string().min(1).max(100))
    .max(100)
    .default([])
    .describe("Names of environments that the image is recorded in. Empty: all, and none"),
  policies: z.array(uuid).max(100).default([]).describe("Ids of policies. Empty: all"),
  severity: z
    .enum(severityFloors)
    .nullable()
    .default(null)
    .describe("At least as bad; null: whatever it is. Events without findings pass"),
  onlyNew: z.boolean().describe("Not what got better, and not what was as bad before"),
});
export type DeliveryFiltersView = z.output<typeof deliveryFilters>;

const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "write a time of day: 22:00");

export const deliverySchedule = z.strictObject({
  cadence: z
    .enum(cadences)
    .describe(
      "each: a message an event; grouped: one for what belongs together; hourly, daily: one for everything",
    ),
  timeZone: z.string().max(100).refine(isTimeZone, "is no time zone: Europe/Berlin").default("UTC"),
  quietHours: z
    .strictObject({ from: timeOfDay, to: timeOfDay })
    .nullable()
    .default(null)
    .describe("What happens in between is told at their end"),
  digestAt: timeOfDay.default("08:00").describe("When the daily message is sent"),
});
export type DeliveryScheduleView = z.output<typeof deliverySchedule>;

export const deliveryState = z.enum(["waiting", "delivered", "failed"]);

export const deliveryView = z.object({
  eventId: count,
  kind: z.string(),
  title: z.string(),
  happenedAt: time,
  state: deliveryState,
  attempts: count,
  dueAt: time.describe("Not sent before"),
  at: time.describe("Of the last attempt"),
  failure: textOrNull,
  log: z.array(z.object({ at: z.string(), failure: z.string() })).describe("Attempts that failed"),
});
export const deliveryPage = pageOf(deliveryView);
export type DeliveryView = z.output<typeof deliveryView>;
export const deliveryQuery = z.object({ ...pageQuery, state: deliveryState.optional() });

export const channelView = z.object({
  id: z.string(),
  title: z.string(),
  description: z.string(),
  status: z.enum(["tried", "documented"]),
  schemes: z.array(z.string()).describe("Of addresses"),
  secret: z
    .enum(["made", "address", "given", "required"])
    .describe(
      "made: by the server, told once; address: the address is one; given: may be given; required: has to be",
    ),
  options: z.record(z.string(), z.unknown()).describe("JSON Schema of `options`"),
});
export const channelList = z.object({ channels: z.array(channelView) });

/** Of the caller: what they want to be told of by e-mail. */
export const noticeSettingsRequest = z.strictObject({
  email: z
    .string()
    .max(254)
    .regex(/^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,189}$/, "is no e-mail address")
    .nullable()
    .describe("Null: no e-mail"),
  events: z
    .array(z.enum(eventKinds))
    .max(50)
    .default([])
    .describe("Kinds of events; empty: those that have notices"),
  filters: deliveryFilters.optional().describe("Left out: only what is new, of everything"),
  schedule: deliverySchedule.optional().describe("Left out: one message for what belongs together"),
});
export const noticeSettingsView = z.object({
  email: textOrNull,
  events: z.array(z.string()),
  filters: deliveryFilters,
  schedule: deliverySchedule,
  lastDelivery: z.object({ state: deliveryState, attempts: count, at: time, failure: textOrNull }).nullable(),
});
export type NoticeSettingsView = z.output<typeof noticeSettingsView>;
