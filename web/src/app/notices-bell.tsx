/** What the reader was told of: the newest notices, and how many were not read. Opening it marks them as read. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { createLink } from "@tanstack/react-router";
import { Popover } from "radix-ui";
import { useState, type ComponentProps, type ReactElement } from "react";
import type { NoticeView } from "../../../src/api/rest/events.ts";
import { get, orgPath, post } from "../api/client.ts";
import { orgKey } from "../api/keys.ts";
import { Icon } from "../parts/icon.tsx";
import { PlainText } from "../parts/plain-text.tsx";
import { EmptyState, FailedState, LoadingState } from "../parts/states.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";

interface NoticeList {
  readonly unread: number;
  readonly entries: readonly NoticeView[];
}

export function NoticesBell({ org }: { org: string }): ReactElement {
  const [open, setOpen] = useState(false);
  const client = useQueryClient();
  const key = orgKey(org, "notices");
  const notices = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => get<NoticeList>(orgPath(org, "notices"), { signal }),
  });
  const markRead = useMutation({
    mutationFn: (upTo: number) => post(orgPath(org, "notices", "read"), { upTo }),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  const unread = notices.data?.unread ?? 0;
  const change = (opened: boolean): void => {
    setOpen(opened);
    // On closing, so that what is new stays marked while it is read.
    const newest = notices.data?.entries[0]?.event.id;
    if (!opened && unread > 0 && newest !== undefined) markRead.mutate(newest);
  };
  return (
    <Popover.Root open={open} onOpenChange={change}>
      <Popover.Trigger
        aria-label={unread === 0 ? "Notices" : `Notices, ${unread} not read`}
        title="Notices"
        className="relative inline-flex size-8 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-text"
      >
        <Icon name="bell" />
        {unread > 0 && (
          <span className="absolute -top-0.5 -right-0.5 min-w-4 rounded-full bg-accent px-1 text-center text-[0.6875rem] leading-4 font-semibold text-on-accent">
            {unread > 99 ? "99+" : unread}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Content
        align="end"
        sideOffset={14}
        collisionPadding={8}
        aria-label="Notices"
        className="z-50 max-h-[70vh] w-[min(26rem,calc(100vw-1rem))] overflow-y-auto rounded-lg border border-line bg-raised shadow-lg outline-none"
      >
        <h2 className="border-b border-line px-4 py-2.5 font-semibold">Notices</h2>
        {notices.isPending && <LoadingState what="notices" />}
        {notices.error !== null && notices.data === undefined && (
          <div className="p-3">
            <FailedState error={notices.error} onRetry={() => void notices.refetch()} />
          </div>
        )}
        {notices.data !== undefined && (
          <NoticeEntries org={org} entries={notices.data.entries} onFollow={() => change(false)} />
        )}
      </Popover.Content>
    </Popover.Root>
  );
}

interface NoticeEntriesProps {
  readonly org: string;
  readonly entries: readonly NoticeView[];
  readonly onFollow: () => void;
}

function NoticeEntries({ org, entries, onFollow }: NoticeEntriesProps): ReactElement {
  if (entries.length === 0)
    return (
      <div className="p-3">
        <EmptyState title="Nothing to tell" icon="bell">
          You are told when a verdict changes, when an analysis fails, and of requests for exceptions.
        </EmptyState>
      </div>
    );
  return (
    <ul>
      {entries.map(({ event, readAt }) => (
        <li key={event.id} className="border-b border-line last:border-b-0">
          {event.imageId === null ? (
            <NoticeLink to="/o/$org/events" params={{ org }} onClick={onFollow} unread={readAt === null}>
              <NoticeText event={event} />
            </NoticeLink>
          ) : (
            <NoticeLink
              to="/o/$org/images/$imageId"
              params={{ org, imageId: event.imageId }}
              onClick={onFollow}
              unread={readAt === null}
            >
              <NoticeText event={event} />
            </NoticeLink>
          )}
        </li>
      ))}
    </ul>
  );
}

function NoticeText({ event }: { event: NoticeView["event"] }): ReactElement {
  return (
    <>
      <PlainText text={event.title} charsMax={300} />
      <span className="mt-0.5 block text-sm text-muted">
        <TimeAgo time={event.at} />
      </span>
    </>
  );
}

function NoticeAnchor({
  unread,
  children,
  ...rest
}: ComponentProps<"a"> & { unread: boolean }): ReactElement {
  return (
    <a {...rest} className="flex gap-2.5 px-4 py-2.5 -outline-offset-2 hover:bg-sunken">
      <span
        aria-hidden="true"
        className={`mt-1.5 size-2 shrink-0 rounded-full ${unread ? "bg-accent" : "bg-transparent"}`}
      />
      <span className="min-w-0">
        {unread && <span className="sr-only">Not read: </span>}
        {children}
      </span>
    </a>
  );
}

const NoticeLink = createLink(NoticeAnchor);
