-- Webhooks become integrations: channels of every kind, filters, schedules, a member's own; deliveries keep what became of each attempt.

alter table webhook
  -- what the channel is told besides address and secret
  add column options jsonb not null default '{}',
  -- only what is about these; empty: everything. `*` stands for any text
  add column repositories text[] not null default '{}',
  -- names
  add column environments text[] not null default '{}',
  -- ids
  add column policies text[] not null default '{}',
  -- at least as bad; null: whatever it is
  add column severity text check (severity in ('critical', 'high', 'medium', 'low')),
  -- not what got better, nor what was as bad before
  add column only_new boolean not null default false,
  -- each: a message an event. The others gather what belongs together
  add column cadence text not null default 'each' check (cadence in ('each', 'grouped', 'hourly', 'daily')),
  -- of the three columns that follow: IANA
  add column time_zone text not null default 'UTC',
  -- minutes of the day; null: none. What happens in between is told at the end
  add column quiet_from integer check (quiet_from between 0 and 1439),
  add column quiet_to integer check (quiet_to between 0 and 1439),
  -- of the daily message
  add column digest_at integer not null default 480 check (digest_at between 0 and 1439),
  -- whose own it is; null: the organisation's
  add column account_id uuid,
  add foreign key (org_id, account_id) references member (org_id, account_id) on delete cascade,
  add check ((quiet_from is null) = (quiet_to is null));
create unique index webhook_account on webhook (org_id, account_id) where account_id is not null;

alter table delivery
  -- not sent before
  add column due_at timestamptz not null default now(),
  -- gathered with others, and not by a job of its own
  add column is_gathered boolean not null default false,
  -- attempts that failed: [{ "at": …, "failure": … }]
  add column log jsonb not null default '[]';
create index delivery_due on delivery (due_at) where state = 'waiting' and is_gathered;
