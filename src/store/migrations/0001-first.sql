-- The first schema. Names are unqualified: the connection's search path says where the tables stand.
--
-- Who may read what:
--   * the owner runs migrations and nothing else;
--   * plimsoll_app (the server) sees, through row security, only the organisation of its transaction (`plimsoll.org`);
--   * plimsoll_engine (the worker) works across organisations, and has no access to accounts, sessions and tokens.
-- Keys of an organisation's rows start with the organisation, and references carry it along, so that a row of one
-- organisation can never point at a row of another.

create function current_org() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('plimsoll.org', true), '')::uuid $$;
create function current_account() returns uuid language sql stable parallel safe
  as $$ select nullif(current_setting('plimsoll.account', true), '')::uuid $$;

-- ── the installation ────────────────────────────────────────────────────────────────────────────────────────────

create table installation (
  key text primary key,
  value jsonb not null,
  changed_at timestamptz not null default now()
);

create table organisation (
  id uuid primary key default gen_random_uuid(),
  name text collate "C" not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null default now()
);

create table account (
  id uuid primary key default gen_random_uuid(),
  name text collate "C" not null unique check (name ~ '^[a-z0-9][a-z0-9._@-]{0,99}$'),
  display_name text not null check (length(display_name) <= 200),
  password_hash text,
  is_administrator boolean not null default false,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);

create table session (
  id_hash bytea primary key,
  account_id uuid not null references account on delete cascade,
  csrf_token text not null,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index session_account on session (account_id);

-- Failed sign-ins by account name and by address, counted in windows, shared by all servers.
create table sign_in_attempt (
  subject text collate "C" not null,
  window_start timestamptz not null,
  failures integer not null,
  primary key (subject, window_start)
);

-- ── members and tokens ──────────────────────────────────────────────────────────────────────────────────────────

create table member (
  org_id uuid not null references organisation on delete cascade,
  account_id uuid not null references account on delete cascade,
  role text not null check (role in ('viewer', 'developer', 'editor', 'security', 'owner')),
  created_at timestamptz not null default now(),
  primary key (org_id, account_id)
);
create index member_account on member (account_id);

-- Someone asked into an organisation: the link is shown once, its hash is kept. Redeemed by choosing a password.
create table invitation (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references organisation on delete cascade,
  account_name text collate "C" not null,
  role text,
  is_administrator boolean not null default false,
  -- It is void once its maker may not invite any more. Null: made by the server for its first run.
  created_by uuid references account on delete cascade,
  hash bytea not null unique,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  redeemed_at timestamptz
);

-- A personal token (account_id) carries its owner's roles, narrowed by `scopes` when there are any; a token of an
-- organisation (org_id) is a service and has only its scopes.
create table token (
  id uuid primary key default gen_random_uuid(),
  org_id uuid references organisation on delete cascade,
  account_id uuid references account on delete cascade,
  name text not null check (length(name) between 1 and 100),
  hash bytea not null unique,
  -- first characters, for people to tell tokens apart
  prefix text not null,
  scopes text[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  used_at timestamptz,
  revoked_at timestamptz,
  check ((org_id is null) <> (account_id is null))
);
create index token_org on token (org_id);
create index token_account on token (account_id);

-- ── registries, repositories, environments ──────────────────────────────────────────────────────────────────────

create table registry (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- plug-in of src/registries
  kind text collate "C" not null,
  -- `registry.example.com` or `127.0.0.1:5000`, as in references
  host text collate "C" not null,
  insecure boolean not null default false,
  username text,
  -- sealed by the installation's key
  password_sealed bytea,
  notified_at timestamptz,
  -- what of the newest notification was not understood
  failure text,
  -- why the registry last refused to let a worker in; null: it did not, or the sign-in was changed since
  sign_in_failure text,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, host)
);

create table repository (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  registry_id uuid not null,
  -- path in the registry, without host: `acme/my-app`
  name text collate "C" not null,
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, registry_id, name),
  foreign key (org_id, registry_id) references registry (org_id, id) on delete cascade
);

create table environment (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, name)
);

-- ── images ──────────────────────────────────────────────────────────────────────────────────────────────────────

create table image (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- of the platform's manifest
  digest text collate "C" not null,
  -- `linux/amd64`; null until it was resolved
  platform text,
  state text not null check (state in ('queued', 'analysing', 'analysed', 'failed')),
  -- code and message of the failure, while state is `failed`
  failure_code text,
  failure_message text,
  size_bytes bigint,
  created_at timestamptz,
  distro text,
  distro_name text,
  completeness text check (completeness in ('complete', 'incomplete')),
  verification text check (verification in ('verified', 'unverified', 'not_applicable')),
  package_count integer,
  -- what the list of packages rests on: ImageInventory of stores/images.ts as JSON; null until it was analysed
  inventory jsonb,
  -- chain ID of all its layers: images built on it are found by it
  chain_id text collate "C",
  -- history ID of all its steps; null: it has none
  history_id text collate "C",
  -- BaseImageFacts as JSON, or null; and why it is not known
  base jsonb,
  base_reason text,
  labels jsonb,
  user_name text,
  -- newest evaluation; null: not judged, or not since something changed that it rests on
  evaluation_id uuid,
  -- the newest one, while evaluation_id is null because the image did not count when something changed; it is judged again when it
  -- counts or somebody asks
  outdated_evaluation_id uuid,
  -- how often that happened: who judges sees by it that it happened again meanwhile
  outdated_count integer not null default 0,
  first_seen_at timestamptz not null default now(),
  analysed_at timestamptz,
  primary key (org_id, id),
  unique (org_id, digest)
);
create index image_chain on image (org_id, chain_id) where chain_id is not null;

-- The image and its SBOM as the line made them: one compressed document, read again when a verdict is made anew.
create table image_document (
  org_id uuid not null,
  image_id uuid not null,
  body bytea not null,
  -- the findings that its newest evaluation counted, compressed: the next one tells by them what has changed
  judged bytea,
  primary key (org_id, image_id),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);

-- Images pushed to a repository, whatever tags they had. An image may stand in several indexes, and be pushed by itself before
-- its index is: a row for each.
create table repository_image (
  org_id uuid not null,
  repository_id uuid not null,
  image_id uuid not null,
  -- digest that was pushed: of the index, or the image's own
  pushed_digest text collate "C" not null,
  first_pushed_at timestamptz not null default now(),
  -- when a worker found the digest in the repository; null: a notification said so and no more
  found_at timestamptz,
  primary key (org_id, repository_id, pushed_digest, image_id),
  foreign key (org_id, repository_id) references repository (org_id, id) on delete cascade,
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index repository_image_image on repository_image (org_id, image_id);
create index repository_image_digest on repository_image (org_id, pushed_digest);

-- Where a tag points now.
create table tag (
  org_id uuid not null,
  repository_id uuid not null,
  name text collate "C" not null,
  -- digest of the index or manifest
  digest text collate "C" not null,
  pushed_at timestamptz not null,
  primary key (org_id, repository_id, name),
  foreign key (org_id, repository_id) references repository (org_id, id) on delete cascade
);
create index tag_latest on tag (org_id, repository_id, pushed_at desc, name desc);

-- Every push, for tags over time. Rows whose tag is null were pushed by digest.
create table push (
  org_id uuid not null,
  id bigint generated always as identity,
  repository_id uuid not null,
  tag text collate "C",
  digest text collate "C" not null,
  -- `notification`, `manual`, `command`
  source text not null,
  actor text,
  pushed_at timestamptz not null default now(),
  -- why it could not be analysed, when resolving it failed before an image was known
  failure_code text,
  failure_message text,
  primary key (org_id, id),
  foreign key (org_id, repository_id) references repository (org_id, id) on delete cascade
);
create index push_repository on push (org_id, repository_id, id);
create index push_tag on push (org_id, repository_id, tag, id);
create index push_digest on push (org_id, repository_id, digest, id);

create table layer (
  org_id uuid not null,
  image_id uuid not null,
  index integer not null,
  diff_id text collate "C" not null,
  digest text collate "C",
  media_type text not null,
  size_bytes bigint not null,
  command text,
  -- LayerSource as JSON: the lines of the build file, as provenance tells them; null: none does
  source jsonb,
  -- part of the proven base image
  from_base boolean not null default false,
  -- of this layer and all below it: an image whose own chain ID is among them may be the base
  chain_id text collate "C" not null,
  primary key (org_id, image_id, index),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index layer_chain on layer (org_id, chain_id);

create table environment_image (
  org_id uuid not null,
  environment_id uuid not null,
  image_id uuid not null,
  recorded_by text not null,
  recorded_at timestamptz not null default now(),
  primary key (org_id, environment_id, image_id),
  foreign key (org_id, environment_id) references environment (org_id, id) on delete cascade,
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index environment_image_image on environment_image (org_id, image_id);

-- ── packages and findings: what vendors say, of no organisation ─────────────────────────────────────────────────

-- Once per match key (docs/adr/0014): everything of a package that decides its findings. It holds no path, layer or credential,
-- and an organisation reaches it only through org_package.
create table package (
  id bigint generated always as identity primary key,
  -- sha256 of `identity`
  match_key text collate "C" not null unique,
  -- the match key in full, as JSON: from it the package is matched again
  identity text not null,
  purl text collate "C" not null,
  ecosystem text collate "C" not null,
  name text collate "C" not null,
  version text not null,
  distro text,
  source_name text,
  source_version text,
  -- id of the matching it was last compared by: database and program; null: never
  matched_with text,
  -- digest of the advisories found for it then
  advisory_digest text,
  matched_at timestamptz
);
create index package_name on package (ecosystem, name);
create index package_matched on package (matched_with);

-- The keys it is looked up by: a changed advisory finds its packages here.
create table package_key (
  package_id bigint not null references package on delete cascade,
  space text collate "C" not null,
  name text collate "C" not null,
  version text not null,
  primary key (package_id, space, name)
);
create index package_key_name on package_key (space, name);

create table finding (
  id bigint generated always as identity primary key,
  package_id bigint not null references package on delete cascade,
  vulnerability text collate "C" not null,
  aliases text[] not null default '{}',
  state text not null check (state in ('affected', 'undetermined')),
  severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'unspecified')),
  fixed_version text,
  -- the finding as the line made it, without its package
  body jsonb not null,
  found_at timestamptz not null default now(),
  changed_at timestamptz not null default now(),
  unique (package_id, vulnerability)
);
create index finding_vulnerability on finding (vulnerability);
create index finding_aliases on finding using gin (aliases);

-- EPSS and KEV belong to the vulnerability and are joined when a verdict is made or a page shown.
create table vulnerability_context (
  vulnerability text collate "C" primary key,
  kev jsonb,
  epss jsonb
);

create table org_package (
  org_id uuid not null references organisation on delete cascade,
  package_id bigint not null references package on delete cascade,
  primary key (org_id, package_id)
);
create index org_package_package on org_package (package_id);

create table image_package (
  org_id uuid not null,
  image_id uuid not null,
  -- position in the SBOM: one package may stand in it several times
  position integer not null,
  package_id bigint not null references package,
  -- package URL with all qualifiers
  purl text not null,
  -- [{ "path": …, "layer": diff ID or null, "layerIndex": number or null }]
  evidence jsonb not null,
  licenses text[] not null default '{}',
  -- files that its database says it owns; null: it does not tell
  file_count integer,
  -- package URL of the distribution's package that owns the file where it was found, or null
  owned_by text,
  -- its bytes gave it away, and no package database lists it
  by_signature boolean not null default false,
  primary key (org_id, image_id, position),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index image_package_package on image_package (org_id, package_id);

-- Findings of an image that a statement or exception labelled; all others are as they were matched.
create table labelled_finding (
  org_id uuid not null,
  image_id uuid not null,
  package_id bigint not null references package on delete cascade,
  vulnerability text collate "C" not null,
  status text not null check (status in ('not_affected', 'affected', 'fixed', 'under_investigation', 'undetermined')),
  suppressed boolean not null,
  exception_id uuid,
  statement jsonb,
  primary key (org_id, image_id, package_id, vulnerability),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);

-- ── decisions ───────────────────────────────────────────────────────────────────────────────────────────────────

create table exception (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  vulnerability text collate "C" not null,
  kind text not null check (kind in ('false_positive', 'accepted_risk')),
  justification text,
  reason text not null check (length(reason) between 1 and 4000),
  -- null: all repositories, all images, any package
  scope_repository text,
  scope_digest text,
  scope_purl text,
  state text not null check (state in ('requested', 'approved', 'refused', 'withdrawn', 'expired')),
  requested_by uuid not null references account,
  requested_by_name text not null,
  requested_at timestamptz not null default now(),
  decided_by uuid references account,
  decided_by_name text,
  decided_at timestamptz,
  decision_note text,
  expires_at timestamptz,
  primary key (org_id, id),
  check (kind <> 'false_positive' or justification is not null),
  check (kind <> 'accepted_risk' or expires_at is not null),
  -- nobody decides on their own request, whatever the role
  check (state not in ('approved', 'refused') or (decided_by is not null and decided_by <> requested_by))
);
create index exception_state on exception (org_id, state, requested_at);

-- VEX statements taken in by the organisation.
create table vex_statement (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  document text not null,
  author text not null,
  body jsonb not null,
  imported_by text not null,
  imported_at timestamptz not null default now(),
  primary key (org_id, id)
);

create table policy (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- plug-in of src/policies
  type text collate "C" not null,
  -- id of the built-in policy it was made from, or null
  preset text,
  -- newest version
  version integer not null default 1,
  created_at timestamptz not null default now(),
  -- a deleted policy keeps its versions and results: history stays readable
  deleted_at timestamptz,
  primary key (org_id, id)
);

create table policy_version (
  org_id uuid not null,
  policy_id uuid not null,
  version integer not null,
  title text not null check (length(title) between 1 and 200),
  description text not null default '' check (length(description) <= 4000),
  config jsonb not null,
  weight integer not null check (weight between 0 and 1000),
  effect text not null check (effect in ('report', 'warn', 'block')),
  enabled boolean not null,
  -- canonical repositories with `*`, and names of environments; both empty: everything
  scope_repositories text[] not null default '{}',
  scope_environments text[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, policy_id, version),
  foreign key (org_id, policy_id) references policy (org_id, id) on delete cascade
);

-- ── verdicts over time ──────────────────────────────────────────────────────────────────────────────────────────

create table evaluation (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  image_id uuid not null,
  status text not null check (status in ('met', 'not_met', 'no_data')),
  grade text,
  percent integer,
  score_reason text,
  -- what changed since the evaluation before: [{ "kind": …, "text": …, … }]
  causes jsonb not null,
  -- what it rests on: database digest, policy versions, exceptions
  inputs jsonb not null,
  critical integer not null default 0,
  high integer not null default 0,
  medium integer not null default 0,
  low integer not null default 0,
  unspecified integer not null default 0,
  suppressed integer not null default 0,
  undetermined integer not null default 0,
  -- false: no vulnerability database was there to ask, so the counts say nothing
  has_findings boolean not null,
  evaluated_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index evaluation_image on evaluation (org_id, image_id, evaluated_at);

create table policy_result (
  org_id uuid not null,
  evaluation_id uuid not null,
  policy_id uuid not null,
  policy_version integer not null,
  title text not null,
  type text not null,
  effect text not null,
  status text not null check (status in ('met', 'not_met', 'no_data')),
  reason text,
  -- json and not jsonb: the columns of a deviation keep their order
  deviations json not null,
  weight integer not null,
  lost integer not null,
  position integer not null,
  primary key (org_id, evaluation_id, policy_id),
  foreign key (org_id, evaluation_id) references evaluation (org_id, id) on delete cascade,
  foreign key (org_id, policy_id) references policy (org_id, id) on delete cascade
);
create index policy_result_policy on policy_result (org_id, policy_id);

-- ── what happened ───────────────────────────────────────────────────────────────────────────────────────────────

create table event (
  org_id uuid not null references organisation on delete cascade,
  id bigint generated always as identity,
  kind text collate "C" not null,
  at timestamptz not null default now(),
  title text not null,
  image_id uuid,
  repository_id uuid,
  policy_id uuid,
  exception_id uuid,
  -- name of who did it; null: the system
  actor text,
  body jsonb not null default '{}',
  -- the same thing happens once: a second insert with the same key is no row
  once_key text collate "C" not null,
  primary key (org_id, id),
  unique (org_id, once_key)
);
create index event_image on event (org_id, image_id, id);

-- In-app notices, one for each member concerned.
create table notice (
  org_id uuid not null,
  event_id bigint not null,
  account_id uuid not null references account on delete cascade,
  read_at timestamptz,
  primary key (org_id, event_id, account_id),
  foreign key (org_id, event_id) references event (org_id, id) on delete cascade
);
create index notice_account on notice (account_id, org_id, event_id);

create table webhook (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  -- plug-in of src/notifications
  channel text collate "C" not null default 'webhook',
  name text not null,
  url text not null,
  secret_sealed bytea not null,
  -- kinds of events; empty: all that notify
  events text[] not null default '{}',
  enabled boolean not null default true,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);

create table delivery (
  org_id uuid not null,
  webhook_id uuid not null,
  event_id bigint not null,
  state text not null check (state in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0,
  failure text,
  changed_at timestamptz not null default now(),
  primary key (org_id, webhook_id, event_id),
  foreign key (org_id, webhook_id) references webhook (org_id, id) on delete cascade,
  foreign key (org_id, event_id) references event (org_id, id) on delete cascade
);

-- Who did what. Rows are added and never changed: nobody but the owner of the tables may.
create table audit_entry (
  id bigint generated always as identity primary key,
  -- null: an act of the installation's administrator
  org_id uuid,
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('account', 'token', 'system')),
  actor_id uuid,
  actor_name text not null,
  action text collate "C" not null,
  target text not null,
  before jsonb,
  after jsonb
);
create index audit_entry_org on audit_entry (org_id, id);

-- ── changes are told to listeners: ids and kinds only ───────────────────────────────────────────────────────────

create function tell_event() returns trigger language plpgsql as $$
begin
  perform pg_notify('plimsoll_event', json_build_object('org', new.org_id, 'id', new.id, 'kind', new.kind)::text);
  return null;
end $$;
create trigger event_told after insert on event for each row execute function tell_event();

-- The token behind a hash, before anybody's organisation is known: the one look-up across organisations that the server may do.
create function find_token(wanted bytea) returns setof token language sql stable security definer
  as $$ select * from token where hash = wanted and revoked_at is null $$;
revoke all on function find_token(bytea) from public;

create function find_invitation(wanted bytea) returns setof invitation language sql stable security definer
  as $$ select * from invitation where hash = wanted and redeemed_at is null $$;
revoke all on function find_invitation(bytea) from public;

-- They run as the owner. Without its name in the path, the schema of temporary tables, which any session can make, comes first.
do $$
begin
  execute format('alter function find_token(bytea) set search_path = %I, pg_temp', current_schema());
  execute format('alter function find_invitation(bytea) set search_path = %I, pg_temp', current_schema());
end $$;

-- ── row security ────────────────────────────────────────────────────────────────────────────────────────────────

do $$
declare
  name text;
begin
  foreach name in array array[
    'registry', 'repository', 'environment', 'image', 'image_document', 'repository_image', 'tag', 'push', 'layer',
    'environment_image', 'image_package', 'labelled_finding', 'exception', 'vex_statement', 'policy',
    'policy_version', 'evaluation', 'policy_result', 'event', 'webhook', 'delivery', 'org_package'
  ] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I to plimsoll_app using (org_id = current_org()) with check (org_id = current_org())',
      name);
    execute format('create policy engine on %I to plimsoll_engine using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to plimsoll_app, plimsoll_engine', name);
  end loop;
  -- An organisation reaches what vendors say only through its own images.
  foreach name in array array['package', 'package_key', 'finding'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format('create policy engine on %I to plimsoll_engine using (true) with check (true)', name);
    execute format('grant select on %I to plimsoll_app', name);
    execute format('grant select, insert, update, delete on %I to plimsoll_engine', name);
  end loop;
end $$;

-- A row in org_package is what opens a package to an organisation: the worker adds it, the server may not.
revoke insert, update, delete on org_package from plimsoll_app;

create policy own_packages on package for select to plimsoll_app
  using (exists (select from org_package o where o.org_id = current_org() and o.package_id = package.id));
create policy own_packages on package_key for select to plimsoll_app
  using (exists (select from org_package o where o.org_id = current_org() and o.package_id = package_key.package_id));
create policy own_packages on finding for select to plimsoll_app
  using (exists (select from org_package o where o.org_id = current_org() and o.package_id = finding.package_id));

alter table member enable row level security;
alter table member force row level security;
create policy own_organisation on member to plimsoll_app
  using (org_id = current_org() or account_id = current_account()) with check (org_id = current_org());
-- Notices go to members; the worker sees who they are by id and no more.
create policy engine on member for select to plimsoll_engine using (true);

alter table notice enable row level security;
alter table notice force row level security;
create policy own_notices on notice to plimsoll_app
  using (org_id = current_org() and (account_id = current_account() or current_account() is null))
  with check (org_id = current_org());
create policy engine on notice to plimsoll_engine using (true) with check (true);

-- Not forced: find_token and find_invitation look across organisations, as the owner.
alter table token enable row level security;
create policy own_tokens on token to plimsoll_app
  using (org_id = current_org() or account_id = current_account())
  with check (org_id = current_org() or account_id = current_account());
alter table invitation enable row level security;
create policy own_invitations on invitation to plimsoll_app
  using (org_id = current_org() or (org_id is null and current_org() is null))
  with check (org_id = current_org() or (org_id is null and current_org() is null));

alter table audit_entry enable row level security;
alter table audit_entry force row level security;
create policy own_organisation on audit_entry for select to plimsoll_app
  using (org_id = current_org() or (org_id is null and current_org() is null));
create policy append on audit_entry for insert to plimsoll_app
  with check (org_id = current_org() or (org_id is null and current_org() is null));
create policy engine_append on audit_entry for insert to plimsoll_engine with check (true);

grant select, insert, update, delete on member, notice, token, invitation to plimsoll_app;
grant select (org_id, account_id, role) on member to plimsoll_engine;
grant select, insert on notice to plimsoll_engine;
grant select, insert on audit_entry to plimsoll_app;
grant insert on audit_entry to plimsoll_engine;
grant select, insert, update, delete on organisation, account, session, sign_in_attempt to plimsoll_app;
grant select on organisation to plimsoll_engine;
grant select, insert, update, delete on installation to plimsoll_app, plimsoll_engine;
grant select on vulnerability_context to plimsoll_app;
grant select, insert, update, delete on vulnerability_context to plimsoll_engine;
grant execute on function find_token(bytea), find_invitation(bytea) to plimsoll_app;
