-- Registries of every product: what is said of them, how their notifications are proved, what they list, and polling.

alter table registry
  -- ProductSettings of src/registries as JSON
  add column settings jsonb not null default '{}',
  -- what notifications are signed with, or the key in their address; sealed by the installation's key. Null: none was made
  add column hook_key_sealed bytea,
  -- repositories that are listed later and fit this are enabled; `*` stands for any text. Null: none are
  add column enable_pattern text collate "C",
  -- seconds between two polls; null: it is not polled
  add column poll_seconds integer check (poll_seconds between 60 and 604800),
  add column next_poll_at timestamptz,
  add column polled_at timestamptz,
  -- why the last poll did not come to an end, and how many in a row did not
  add column poll_failure text,
  add column poll_failures integer not null default 0,
  add column listed_at timestamptz,
  add column list_failure text;
create index registry_due on registry (next_poll_at) where next_poll_at is not null;

alter table repository
  -- when a poll first saw its tags: from then on what differs is a push
  add column learned_at timestamptz,
  add column polled_at timestamptz,
  add column poll_failure text,
  -- how many tags of those that are there already are still to be analysed, the newest first; null: none
  add column backfill_max integer;

-- What a registry has, as it listed it last.
create table listed_repository (
  org_id uuid not null,
  registry_id uuid not null,
  name text collate "C" not null,
  primary key (org_id, registry_id, name),
  foreign key (org_id, registry_id) references registry (org_id, id) on delete cascade
);

-- What polls saw a tag name, images or not.
create table seen_tag (
  org_id uuid not null,
  repository_id uuid not null,
  name text collate "C" not null,
  digest text collate "C" not null,
  seen_at timestamptz not null,
  primary key (org_id, repository_id, name),
  foreign key (org_id, repository_id) references repository (org_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['listed_repository', 'seen_tag'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I to plimsoll_app using (org_id = current_org()) with check (org_id = current_org())',
      name);
    execute format('create policy engine on %I to plimsoll_engine using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to plimsoll_app, plimsoll_engine', name);
  end loop;
end $$;
