-- Gates: what a server remembers of its decisions is told when it changes, clusters that ask before they run something, what was
-- admitted into them, verdicts for an environment that an image does not run in yet, and the keys that verdicts are signed with.

-- ── changes of what a decision rests on are told to listeners, on the channel of events: ids only ───────────────────

-- Many at once are told as one change of the whole organisation.
create function tell_changed_images() returns trigger language plpgsql as $$
declare
  changed record;
begin
  for changed in
    select is_now.org_id, array_agg(is_now.id) as images
    from is_now join was using (org_id, id)
    where (is_now.state, is_now.evaluation_id, is_now.outdated_evaluation_id, is_now.completeness, is_now.verification,
        is_now.failure_message)
      is distinct from
      (was.state, was.evaluation_id, was.outdated_evaluation_id, was.completeness, was.verification, was.failure_message)
    group by is_now.org_id
  loop
    if cardinality(changed.images) > 20 then
      perform pg_notify('plimsoll_event', json_build_object('org', changed.org_id, 'changed', '{}'::json)::text);
    else
      perform pg_notify('plimsoll_event',
        json_build_object('org', changed.org_id, 'changed', json_build_object('image', image))::text)
      from unnest(changed.images) image;
    end if;
  end loop;
  return null;
end $$;
create trigger image_changes_told after update on image
  referencing old table as was new table as is_now for each statement execute function tell_changed_images();

create function tell_changed_places() returns trigger language plpgsql as $$
declare
  changed record;
begin
  for changed in
    select org_id, count(*) as places from changes group by org_id
  loop
    if changed.places > 20 then
      perform pg_notify('plimsoll_event', json_build_object('org', changed.org_id, 'changed', '{}'::json)::text);
    else
      perform pg_notify('plimsoll_event', json_build_object('org', org_id, 'changed',
        json_build_object('image', image_id, 'digest', pushed_digest))::text)
      from changes where org_id = changed.org_id;
    end if;
  end loop;
  return null;
end $$;
create trigger place_added_told after insert on repository_image
  referencing new table as changes for each statement execute function tell_changed_places();
create trigger place_changed_told after update on repository_image
  referencing new table as changes for each statement execute function tell_changed_places();
create trigger place_removed_told after delete on repository_image
  referencing old table as changes for each statement execute function tell_changed_places();

-- Of the vulnerability database: every organisation's decisions rest on its age.
create function tell_changed_database() returns trigger language plpgsql as $$
begin
  if new.key = 'vulnerability-database' and (tg_op = 'INSERT' or old.value is distinct from new.value) then
    perform pg_notify('plimsoll_event', json_build_object('changed', '{}'::json)::text);
  end if;
  return null;
end $$;
create trigger database_change_told after insert or update on installation
  for each row execute function tell_changed_database();

-- ── clusters ────────────────────────────────────────────────────────────────────────────────────────────────────

create table cluster (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text collate "C" not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  -- name of the environment that runs in it; null: only policies of all environments count
  environment text collate "C",
  -- `audit`: everything is admitted, and told what would not have been
  mode text not null check (mode in ('audit', 'enforce')),
  -- patterns of namespaces that are judged, all when empty, and of those that never are
  namespaces text[] not null default '{}',
  exempt_namespaces text[] not null default '{}',
  -- what becomes of images that nobody has analysed, and of those whose evidence is too old
  unknown_images text not null check (unknown_images in ('admit', 'deny')),
  old_evidence text not null check (old_evidence in ('admit', 'deny')),
  -- images that ran in the namespace before: `admit` with a warning, or `judge` like all others
  restarts text not null check (restarts in ('admit', 'judge')),
  -- Kubernetes groups whose members may break the glass; empty: nobody may
  break_glass_groups text[] not null default '{}',
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, name)
);

-- What was let into a namespace, so that its restart is told from a first deployment.
create table admitted_image (
  org_id uuid not null,
  cluster_id uuid not null,
  namespace text collate "C" not null,
  -- canonical, without tag or digest
  repository text collate "C" not null,
  digest text collate "C" not null,
  admitted_at timestamptz not null,
  seen_at timestamptz not null,
  -- when somebody broke the glass for it; null: nobody did
  broke_glass_at timestamptz,
  primary key (org_id, cluster_id, namespace, repository, digest),
  foreign key (org_id, cluster_id) references cluster (org_id, id) on delete cascade
);
create index admitted_image_seen on admitted_image (org_id, cluster_id, seen_at);

-- ── verdicts for an environment before the image runs there ─────────────────────────────────────────────────────

-- What the environment's own policies say of an image; it holds as long as the evaluation it was made with and their versions do.
create table foreseen_verdict (
  org_id uuid not null,
  image_id uuid not null,
  environment_id uuid not null,
  evaluation_id uuid not null,
  -- results of policies as of `policy_result`, as JSON
  results json not null,
  foreseen_at timestamptz not null,
  primary key (org_id, image_id, environment_id),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade,
  foreign key (org_id, environment_id) references environment (org_id, id) on delete cascade
);

create function tell_foreseen() returns trigger language plpgsql as $$
begin
  perform pg_notify('plimsoll_event',
    json_build_object('org', new.org_id, 'changed', json_build_object('image', new.image_id))::text);
  return null;
end $$;
create trigger foreseen_told after insert or update on foreseen_verdict for each row execute function tell_foreseen();

-- ── keys of signed verdicts ─────────────────────────────────────────────────────────────────────────────────────

create table verdict_key (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- `SHA256:` and the hash of the public key
  key_id text collate "C" not null,
  public_pem text not null,
  -- sealed by the installation's key
  private_sealed bytea not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  -- signs no more, and counts until then; null: the key that signs
  valid_until timestamptz,
  primary key (org_id, id),
  unique (org_id, key_id)
);
create unique index verdict_key_signing on verdict_key (org_id) where valid_until is null;

-- ── row security ────────────────────────────────────────────────────────────────────────────────────────────────

do $$
declare
  name text;
begin
  foreach name in array array['cluster', 'admitted_image', 'foreseen_verdict', 'verdict_key'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I to plimsoll_app using (org_id = current_org()) with check (org_id = current_org())',
      name);
    execute format('grant select, insert, update, delete on %I to plimsoll_app', name);
  end loop;
end $$;

-- The worker foresees verdicts, and has no business with clusters and keys.
create policy engine on foreseen_verdict to plimsoll_engine using (true) with check (true);
grant select, insert, update, delete on foreseen_verdict to plimsoll_engine;
revoke insert, update on foreseen_verdict from plimsoll_app;
