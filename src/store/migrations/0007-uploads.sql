-- What others hand in: SBOMs of projects, and what other scanners say of an image.

-- A version of a project, as those who upload name it. It stands in a repository of the registry `uploads.invalid`.
create table uploaded_project (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  name text collate "C" not null check (length(name) between 1 and 300),
  -- empty: none was told
  version text collate "C" not null default '' check (length(version) <= 300),
  repository_id uuid not null,
  tag text collate "C" not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  unique (org_id, name, version),
  foreign key (org_id, repository_id) references repository (org_id, id) on delete cascade
);

create table upload (
  org_id uuid not null references organisation on delete cascade,
  id uuid not null default gen_random_uuid(),
  kind text not null check (kind in ('sbom', 'report')),
  -- of an SBOM
  project_id uuid,
  -- of a report: the image that it is about; of an SBOM: the image that it became, once it was read
  image_id uuid,
  state text not null default 'queued' check (state in ('queued', 'read', 'failed')),
  -- compressed, as it came; null: a newer one has taken its place
  body bytea,
  size_bytes integer not null,
  -- sha256 of the bytes as they came
  digest text collate "C" not null,
  -- format of the SBOM, or the scanner whose report it is; null until it was read
  format text collate "C",
  -- name and version that the scanner has for itself; null: not told
  tool text,
  -- digest of the image as the document claims it
  subject_digest text collate "C",
  -- of an SBOM: `recorded`, or `known` because the image itself was there to be analysed
  outcome text check (outcome in ('recorded', 'known')),
  failure_code text,
  failure_message text,
  uploaded_by text not null,
  uploaded_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, project_id) references uploaded_project (org_id, id) on delete cascade,
  foreign key (org_id, image_id) references image (org_id, id) on delete cascade
);
create index upload_time on upload (org_id, uploaded_at desc, id);
create index upload_image on upload (org_id, image_id) where image_id is not null;
create index upload_project on upload (org_id, project_id) where project_id is not null;
create index upload_waiting on upload (org_id) where state = 'queued';

-- What another scanner says of an image: its word, which never becomes a finding of ours.
create table outside_finding (
  org_id uuid not null,
  upload_id uuid not null,
  position integer not null,
  vulnerability text collate "C" not null,
  aliases text[] not null default '{}',
  -- null: the report tells a name and a version alone
  purl text,
  package text not null,
  version text not null,
  severity text not null check (severity in ('critical', 'high', 'medium', 'low', 'unspecified')),
  fixed_version text,
  -- its own word for what becomes of it: `will_not_fix`, `not_affected`; null: none
  status text,
  primary key (org_id, upload_id, position),
  foreign key (org_id, upload_id) references upload (org_id, id) on delete cascade
);

do $$
declare
  name text;
begin
  foreach name in array array['uploaded_project', 'upload', 'outside_finding'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format(
      'create policy own_organisation on %I to plimsoll_app using (org_id = current_org()) with check (org_id = current_org())',
      name);
    execute format('create policy engine on %I to plimsoll_engine using (true) with check (true)', name);
    execute format('grant select, insert, update, delete on %I to plimsoll_app, plimsoll_engine', name);
  end loop;
end $$;
