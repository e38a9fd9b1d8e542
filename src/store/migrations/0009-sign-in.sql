-- Who gets in: providers of sign-in, who people are there and which of their groups has which role, and the rules by which tokens
-- of CI systems are exchanged for short ones of ours.

-- ── providers of sign-in, of the installation ───────────────────────────────────────────────────────────────────

create table sign_in_provider (
  id uuid primary key default gen_random_uuid(),
  name text collate "C" not null unique check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  kind text not null check (kind in ('oidc', 'ldap', 'saml')),
  -- on the button of the sign-in page
  label text not null check (length(label) between 1 and 100),
  enabled boolean not null default true,
  -- who gets an account at the first sign-in: `mapped`: whom an organisation gives a role by a group; `nobody`: who has one already
  provisioning text not null check (provisioning in ('mapped', 'everybody', 'nobody')),
  -- whether an account that is there already and has the person's name is that person's
  links_accounts boolean not null default false,
  -- who is in one of them administers the installation; empty: the provider has no say in that
  administrator_groups text[] not null default '{}',
  settings jsonb not null,
  -- sealed by the installation's key; null: none is needed
  secret_sealed bytea,
  created_at timestamptz not null default now(),
  changed_at timestamptz not null default now()
);

create table sign_in_identity (
  provider_id uuid not null references sign_in_provider on delete cascade,
  -- who the provider says it is; stays the same when names change
  subject text collate "C" not null,
  account_id uuid not null references account on delete cascade,
  created_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  primary key (provider_id, subject)
);
create index sign_in_identity_account on sign_in_identity (account_id);

-- Who somebody proved to be, until their browser fetches it.
create table sign_in_ticket (
  hash bytea primary key,
  -- sealed by the installation's key
  body_sealed bytea not null,
  expires_at timestamptz not null
);

-- Tokens and assertions that were taken once, kept until they end by themselves.
create table spent_proof (
  hash bytea primary key,
  expires_at timestamptz not null
);
create index spent_proof_end on spent_proof (expires_at);

grant select, insert, update, delete on sign_in_provider, sign_in_identity, sign_in_ticket, spent_proof to plimsoll_app;

-- ── groups of a provider and their roles, of an organisation ────────────────────────────────────────────────────

create table group_role (
  org_id uuid not null references organisation on delete cascade,
  provider_id uuid not null references sign_in_provider on delete cascade,
  group_name text collate "C" not null check (length(group_name) between 1 and 500),
  role text not null check (role in ('viewer', 'developer', 'editor', 'security', 'owner')),
  primary key (org_id, provider_id, group_name)
);
create index group_role_group on group_role (provider_id, group_name);

-- whose word made somebody a member; null: a person's. It takes back what it gave, and nothing else.
alter table member add column provider_id uuid references sign_in_provider on delete set null;

-- ── tokens of CI systems that are exchanged ─────────────────────────────────────────────────────────────────────

create table trust_rule (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text collate "C" not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  issuer text collate "C" not null,
  audience text collate "C" not null,
  -- claim -> patterns, one of which must fit
  claims jsonb not null,
  scopes text[] not null,
  -- how long a token lasts that was made by it
  minutes integer not null check (minutes between 5 and 720),
  created_by text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (org_id, id),
  unique (org_id, name)
);

-- the rule that a short token was made by, and goes with; null: a person made it
alter table token add column trust_rule_id uuid;
alter table token add foreign key (org_id, trust_rule_id) references trust_rule (org_id, id) on delete cascade;
create index token_trust_rule on token (org_id, trust_rule_id, expires_at) where trust_rule_id is not null;

-- ── row security ────────────────────────────────────────────────────────────────────────────────────────────────

alter table trust_rule enable row level security;
alter table trust_rule force row level security;
create policy own_organisation on trust_rule to plimsoll_app using (org_id = current_org()) with check (org_id = current_org());
-- Not forced: the function below looks across organisations, as its owner.
alter table group_role enable row level security;
create policy own_organisation on group_role to plimsoll_app using (org_id = current_org()) with check (org_id = current_org());
grant select, insert, update, delete on trust_rule, group_role to plimsoll_app;

-- Which organisations give somebody a role by these groups, before anybody's organisation is known.
create function find_group_roles(wanted_provider uuid, wanted_groups text[]) returns table (org_id uuid, role text)
  language sql stable security definer
  as $$ select g.org_id, g.role from group_role g where g.provider_id = wanted_provider and g.group_name = any (wanted_groups) $$;
revoke all on function find_group_roles(uuid, text[]) from public;
do $$ begin
  execute format('alter function find_group_roles(uuid, text[]) set search_path = %I, pg_temp', current_schema());
end $$;
grant execute on function find_group_roles(uuid, text[]) to plimsoll_app;
