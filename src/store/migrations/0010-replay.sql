-- Verdicts that can be made once more: what each evaluation rested on, kept by digest; and evaluations that are due at a time.

alter table package
  -- why its findings last changed: other advisories, or a program that compares otherwise with the same ones; null: they never did
  add column turned_by text check (turned_by in ('advisory', 'engine'));

alter table image
  -- when time alone may turn its verdict; null: never
  add column due_at timestamptz;
create index image_due on image (due_at) where due_at is not null;

-- A part of what evaluations rested on, compressed, by the sha256 of these bytes. The document of an image comes here when another
-- one takes its place.
create table kept_part (
  org_id uuid not null references organisation on delete cascade,
  digest text collate "C" not null,
  body bytea not null,
  -- when an evaluation last referred to it
  kept_at timestamptz not null default now(),
  primary key (org_id, digest)
);
create index kept_part_age on kept_part (kept_at);

create table kept_evaluation (
  org_id uuid not null,
  evaluation_id uuid not null,
  -- the program that made it
  engine text not null,
  -- which parts, and how they belong together: compressed JSON
  body bytea not null,
  parts text[] not null,
  primary key (org_id, evaluation_id),
  foreign key (org_id, evaluation_id) references evaluation (org_id, id) on delete cascade
);
create index kept_evaluation_parts on kept_evaluation using gin (parts);

-- Somebody had a verdict made once more.
create table replay (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  evaluation_id uuid not null,
  state text not null check (state in ('waiting', 'same', 'different', 'failed')),
  -- the program that made it once more; null: not yet
  engine text,
  -- what differs, in words
  differences json not null default '[]',
  failure text,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  done_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, evaluation_id) references evaluation (org_id, id) on delete cascade
);
create index replay_evaluation on replay (org_id, evaluation_id, asked_at);

do $$
declare
  name text;
begin
  foreach name in array array['kept_part', 'kept_evaluation', 'replay'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I to plimsoll_app using (org_id = current_org()) with check (org_id = current_org())',
      name);
    execute format('create policy engine on %I to plimsoll_engine using (true) with check (true)', name);
    execute format('grant select on %I to plimsoll_app', name);
    execute format('grant select, insert, update, delete on %I to plimsoll_engine', name);
  end loop;
end $$;
grant insert on replay to plimsoll_app;
