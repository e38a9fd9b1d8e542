-- Whose things are: teams, owners of repositories and images, and who looks after a finding.

create table team (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text collate "C" not null check (name ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, name)
);

create table team_member (
  org_id uuid not null,
  team_id uuid not null,
  account_id uuid not null,
  primary key (org_id, team_id, account_id),
  foreign key (org_id, team_id) references team (org_id, id) on delete cascade,
  -- who is no member any more is in no team
  foreign key (org_id, account_id) references member (org_id, account_id) on delete cascade
);
create index team_member_account on team_member (org_id, account_id);

alter table repository
  add column team_id uuid,
  add column owner_id uuid,
  add foreign key (org_id, team_id) references team (org_id, id) on delete set null (team_id),
  add foreign key (org_id, owner_id) references member (org_id, account_id) on delete set null (owner_id);

-- Of one image, before its repository's.
alter table image
  add column team_id uuid,
  add column owner_id uuid,
  add foreign key (org_id, team_id) references team (org_id, id) on delete set null (team_id),
  add foreign key (org_id, owner_id) references member (org_id, account_id) on delete set null (owner_id);

-- A finding is of an organisation's package, in however many images.
create table finding_assignment (
  org_id uuid not null,
  package_id bigint not null references package on delete cascade,
  vulnerability text collate "C" not null,
  account_id uuid,
  team_id uuid,
  assigned_by text not null,
  assigned_at timestamptz not null default now(),
  primary key (org_id, package_id, vulnerability),
  foreign key (org_id, account_id) references member (org_id, account_id) on delete set null (account_id),
  foreign key (org_id, team_id) references team (org_id, id) on delete set null (team_id),
  foreign key (org_id) references organisation on delete cascade
);
create index finding_assignment_account on finding_assignment (org_id, account_id);
create index finding_assignment_team on finding_assignment (org_id, team_id);

do $$
declare
  name text;
begin
  foreach name in array array['team', 'team_member', 'finding_assignment'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I to plimsoll_app using (org_id = current_org()) with check (org_id = current_org())',
      name);
    execute format('grant select, insert, update, delete on %I to plimsoll_app', name);
  end loop;
end $$;
