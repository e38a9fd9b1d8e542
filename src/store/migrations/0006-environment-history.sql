-- What ran where and when, for those who ask in a year why an image was let through: a row for each stay of an image in an environment.
-- It names the environment by the name it had, so that it outlives it.
create table environment_history (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  environment_id uuid not null,
  environment text collate "C" not null,
  image_id uuid not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  -- null: it runs there still
  removed_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index environment_history_stay on environment_history (org_id, environment, recorded_at);
create index environment_history_open on environment_history (org_id, environment_id) where removed_at is null;
create index environment_history_image on environment_history (org_id, image_id);

insert into environment_history (org_id, environment_id, environment, image_id, recorded_by, recorded_at)
  select recorded.org_id, recorded.environment_id, environment.name, recorded.image_id, recorded.recorded_by, recorded.recorded_at
  from environment_image recorded
  join environment on environment.org_id = recorded.org_id and environment.id = recorded.environment_id;

alter table environment_history enable row level security;
alter table environment_history force row level security;
create policy own_organisation on environment_history to plimsoll_app
  using (org_id = current_org()) with check (org_id = current_org());
create policy engine on environment_history to plimsoll_engine using (true) with check (true);
-- A stay is ended, and never deleted.
grant select, insert, update on environment_history to plimsoll_app, plimsoll_engine;
