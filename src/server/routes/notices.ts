/** In-app notices of the caller: of which events they were told, and which of them they have read. */
import { noticeSettingsRequest, noticeSettingsView } from "../../api/rest/deliveries.ts";
import { noticeList, noticesReadRequest } from "../../api/rest/events.ts";
import type { StoreTransaction } from "../../store/connect.ts";
import { inOrg } from "../../store/in-org.ts";
import { markNoticesRead } from "../../store/stores/notices.ts";
import { listNotices } from "../../store/views/notices.ts";
import { accountOf, type Caller, type OrgScope } from "../caller.ts";
import { viewEvent } from "../event-view.ts";
import { changeNoticeSettings, readNoticeSettings } from "../notice-settings.ts";
import type { ServerParts } from "../parts.ts";
import { orgRoute, type Route } from "../route.ts";

const own = { permission: "own-notices", tag: "Notices", response: noticeList } as const;

export const noticeRoutes: readonly Route[] = [
  orgRoute(
    {
      ...own,
      method: "get",
      path: "/orgs/{org}/notices",
      summary: "Notices of the caller, the newest first, and how many are unread",
    },
    ({ org, caller }, parts) => asOneself(parts, org, caller, (tx) => readNotices(tx, org, caller)),
  ),
  orgRoute(
    {
      ...own,
      method: "post",
      path: "/orgs/{org}/notices/read",
      summary: "Mark the caller's notices as read, up to that of an event",
      body: noticesReadRequest,
    },
    ({ org, caller, now, body: { upTo } }, parts) =>
      asOneself(parts, org, caller, async (tx) => {
        await markNoticesRead(tx, { orgId: org.id, accountId: accountOf(caller).id }, { upTo, now });
        return readNotices(tx, org, caller);
      }),
  ),
  orgRoute(
    {
      ...own,
      method: "get",
      path: "/orgs/{org}/notices/settings",
      summary: "What the caller is told of by e-mail",
      response: noticeSettingsView,
    },
    ({ org, caller }, parts) =>
      asOneself(parts, org, caller, (tx) => readNoticeSettings({ tx, orgId: org.id, caller })),
  ),
  orgRoute(
    {
      ...own,
      method: "put",
      path: "/orgs/{org}/notices/settings",
      summary: "Say where and of what the caller wants to be told by e-mail",
      body: noticeSettingsRequest,
      response: noticeSettingsView,
    },
    ({ org, caller, body }, parts) =>
      asOneself(parts, org, caller, async (tx) => {
        await changeNoticeSettings({ tx, orgId: org.id, caller }, parts.secrets, body);
        return readNoticeSettings({ tx, orgId: org.id, caller });
      }),
  ),
];

/** Row security shows an account its own notices only. */
function asOneself<T>(
  { store }: ServerParts,
  org: OrgScope,
  caller: Caller,
  work: (tx: StoreTransaction) => Promise<T>,
): Promise<T> {
  return inOrg(store, org.id, work, { accountId: accountOf(caller).id });
}

async function readNotices(tx: StoreTransaction, org: OrgScope, caller: Caller) {
  const { unread, entries } = await listNotices(tx, org.id, accountOf(caller).id);
  return {
    unread,
    entries: entries.map(({ event, readAt }) => ({
      event: viewEvent(event),
      readAt: readAt?.toISOString() ?? null,
    })),
  };
}
