/**
 * The tables as kysely sees them: one interface a table, the columns in the order of the migrations. `schema.test.ts` compares
 * them with a migrated database. Bulky because it lists every column; it holds nothing else.
 */
import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { Severity, VulnerabilityContext } from "../domain/advisory.ts";
import type { EventKind } from "../domain/event.ts";
import type { ExceptionKind } from "../domain/exception.ts";
import type { Finding } from "../domain/finding.ts";
import type { VexJustification, VexStatement, VexStatus } from "../domain/vex.ts";
import type { LayerSource } from "../domain/image.ts";
import type { Coverage, Evidence, SystemFiles } from "../domain/package.ts";
import type { BaseImageFacts, Deviation, Grade, PolicyStatus } from "../domain/policy.ts";
import type { JsonRecord } from "../domain/json-record.ts";
import type { Problem } from "../domain/problem.ts";
import type { Role } from "../domain/roles.ts";
import type {
  EvaluationInputs,
  PolicyEffect,
  ReplayDifference,
  VerdictCause,
} from "../domain/verdict-history.ts";

/** jsonb: read as a value, written as text made by `JSON.stringify`. */
type Json<T> = ColumnType<T, string | null, string | null>;
type JsonWithDefault<T> = ColumnType<T, string | undefined, string>;

/** A finding without its package: what `finding.body` holds. */
export type StoredFinding = Omit<Finding, "package">;

/** What an organisation says of a registry's product; a field that is left out is none. */
export interface StoredProductSettings {
  readonly apiUrl?: string | null;
  readonly spaces?: readonly string[];
  readonly spaceInPath?: boolean | null;
}

/** An attempt at a delivery that failed. */
export interface FailedAttempt {
  /** RFC 3339 */
  readonly at: string;
  readonly failure: string;
}

/** What the list of packages of an image rests on. */
export interface ImageInventory {
  /** Null: the files were not seen. */
  readonly coverage: Coverage | null;
  /** Null: no package database lists the files of its packages. */
  readonly systemFiles: SystemFiles | null;
  /** Those that may hide packages first; cut at a number that people still read. */
  readonly problems: readonly Problem[];
  readonly problemCount: number;
}

/** A policy's result as it is stored. */
export interface StoredResult {
  readonly policyId: string;
  readonly policyVersion: number;
  readonly title: string;
  readonly type: string;
  readonly effect: PolicyEffect;
  readonly status: PolicyStatus;
  readonly reason: string | null;
  readonly deviations: readonly Deviation[];
  readonly weight: number;
  readonly lost: number;
}

export interface Database {
  installation: InstallationTable;
  organisation: OrganisationTable;
  account: AccountTable;
  session: SessionTable;
  sign_in_attempt: SignInAttemptTable;
  member: MemberTable;
  invitation: InvitationTable;
  token: TokenTable;
  registry: RegistryTable;
  repository: RepositoryTable;
  listed_repository: ListedRepositoryTable;
  seen_tag: SeenTagTable;
  environment: EnvironmentTable;
  image: ImageTable;
  image_document: ImageDocumentTable;
  repository_image: RepositoryImageTable;
  tag: TagTable;
  push: PushTable;
  layer: LayerTable;
  environment_image: EnvironmentImageTable;
  environment_history: EnvironmentHistoryTable;
  package: PackageTable;
  package_key: PackageKeyTable;
  finding: FindingTable;
  vulnerability_context: VulnerabilityContextTable;
  org_package: OrgPackageTable;
  image_package: ImagePackageTable;
  labelled_finding: LabelledFindingTable;
  exception: ExceptionTable;
  vex_statement: VexStatementTable;
  policy: PolicyTable;
  policy_version: PolicyVersionTable;
  evaluation: EvaluationTable;
  policy_result: PolicyResultTable;
  event: EventTable;
  notice: NoticeTable;
  webhook: WebhookTable;
  delivery: DeliveryTable;
  audit_entry: AuditEntryTable;
  cluster: ClusterTable;
  admitted_image: AdmittedImageTable;
  foreseen_verdict: ForeseenVerdictTable;
  verdict_key: VerdictKeyTable;
  kept_part: KeptPartTable;
  kept_evaluation: KeptEvaluationTable;
  replay: ReplayTable;
  team: TeamTable;
  team_member: TeamMemberTable;
  finding_assignment: FindingAssignmentTable;
  sign_in_provider: SignInProviderTable;
  sign_in_identity: SignInIdentityTable;
  sign_in_ticket: SignInTicketTable;
  spent_proof: SpentProofTable;
  group_role: GroupRoleTable;
  trust_rule: TrustRuleTable;
  uploaded_project: UploadedProjectTable;
  upload: UploadTable;
  outside_finding: OutsideFindingTable;
}

interface InstallationTable {
  key: string;
  value: Json<unknown>;
  changed_at: Generated<Date>;
}

interface OrganisationTable {
  id: Generated<string>;
  name: string;
  created_at: Generated<Date>;
}

interface AccountTable {
  id: Generated<string>;
  name: string;
  display_name: string;
  password_hash: string | null;
  is_administrator: Generated<boolean>;
  disabled_at: Date | null;
  created_at: Generated<Date>;
}

interface SessionTable {
  id_hash: Buffer;
  account_id: string;
  csrf_token: string;
  created_at: Generated<Date>;
  seen_at: Generated<Date>;
  expires_at: Date;
}

interface SignInAttemptTable {
  subject: string;
  window_start: Date;
  failures: number;
}

interface MemberTable {
  org_id: string;
  account_id: string;
  role: Role;
  created_at: Generated<Date>;
  /** whose word made somebody a member; null: a person's */
  provider_id: string | null;
}

interface InvitationTable {
  id: Generated<string>;
  org_id: string | null;
  account_name: string;
  role: Role | null;
  is_administrator: Generated<boolean>;
  created_by: string | null;
  hash: Buffer;
  created_at: Generated<Date>;
  expires_at: Date;
  redeemed_at: Date | null;
}

interface TokenTable {
  id: Generated<string>;
  org_id: string | null;
  account_id: string | null;
  name: string;
  hash: Buffer;
  /** first characters, for people to tell tokens apart */
  prefix: string;
  scopes: Generated<string[]>;
  created_by: string;
  created_at: Generated<Date>;
  expires_at: Date | null;
  used_at: Date | null;
  revoked_at: Date | null;
  /** the rule that a short token was made by, and goes with; null: a person made it */
  trust_rule_id: string | null;
}

interface RegistryTable {
  org_id: string;
  id: Generated<string>;
  /** plug-in of src/registries */
  kind: string;
  /** `registry.example.com` or `127.0.0.1:5000`, as in references */
  host: string;
  insecure: Generated<boolean>;
  username: string | null;
  /** sealed by the installation's key */
  password_sealed: Buffer | null;
  notified_at: Date | null;
  failure: string | null;
  sign_in_failure: string | null;
  created_at: Generated<Date>;
  /** ProductSettings of src/registries as JSON */
  settings: JsonWithDefault<StoredProductSettings>;
  hook_key_sealed: Buffer | null;
  enable_pattern: string | null;
  poll_seconds: number | null;
  next_poll_at: Date | null;
  polled_at: Date | null;
  poll_failure: string | null;
  poll_failures: Generated<number>;
  listed_at: Date | null;
  list_failure: string | null;
}

interface RepositoryTable {
  org_id: string;
  id: Generated<string>;
  registry_id: string;
  /** path in the registry, without host: `acme/my-app` */
  name: string;
  enabled: Generated<boolean>;
  created_at: Generated<Date>;
  learned_at: Date | null;
  polled_at: Date | null;
  poll_failure: string | null;
  backfill_max: number | null;
  team_id: string | null;
  owner_id: string | null;
}

interface ListedRepositoryTable {
  org_id: string;
  registry_id: string;
  name: string;
}

interface SeenTagTable {
  org_id: string;
  repository_id: string;
  name: string;
  digest: string;
  seen_at: Date;
}

interface EnvironmentTable {
  org_id: string;
  id: Generated<string>;
  name: string;
  created_at: Generated<Date>;
}

interface ImageTable {
  org_id: string;
  id: Generated<string>;
  /** of the platform's manifest */
  digest: string;
  /** `linux/amd64`; null until it was resolved */
  platform: string | null;
  state: "queued" | "analysing" | "analysed" | "failed";
  /** code and message of the failure, while state is `failed` */
  failure_code: string | null;
  failure_message: string | null;
  size_bytes: number | null;
  created_at: Date | null;
  distro: string | null;
  distro_name: string | null;
  completeness: "complete" | "incomplete" | null;
  verification: "verified" | "unverified" | "not_applicable" | null;
  package_count: number | null;
  /** what the list of packages rests on; null until it was analysed */
  inventory: Json<ImageInventory | null>;
  /** chain ID of all its layers: images built on it are found by it */
  chain_id: string | null;
  /** history ID of all its steps; null: it has none */
  history_id: string | null;
  /** BaseImageFacts as JSON, or null; and why it is not known */
  base: Json<BaseImageFacts | null>;
  base_reason: string | null;
  labels: Json<Readonly<Record<string, string>> | null>;
  user_name: string | null;
  /** newest evaluation; null: not judged, or outdated */
  evaluation_id: string | null;
  outdated_evaluation_id: string | null;
  outdated_count: Generated<number>;
  first_seen_at: Generated<Date>;
  analysed_at: Date | null;
  /** VERSION_ID of the distribution as written: `3.18.4`; null: none, or not told */
  distro_version: string | null;
  /** when time alone may turn its verdict; null: never */
  due_at: Date | null;
  team_id: string | null;
  owner_id: string | null;
}

interface ImageDocumentTable {
  org_id: string;
  image_id: string;
  body: Buffer;
  /** the findings that its newest evaluation counted, compressed: the next one tells by them what has changed */
  judged: Buffer | null;
}

interface RepositoryImageTable {
  org_id: string;
  repository_id: string;
  image_id: string;
  /** digest that was pushed: of the index, or the image's own */
  pushed_digest: string;
  first_pushed_at: Generated<Date>;
  /** when a worker found the digest in the repository; null: a notification said so and no more */
  found_at: Date | null;
}

interface TagTable {
  org_id: string;
  repository_id: string;
  name: string;
  /** digest of the index or manifest */
  digest: string;
  pushed_at: Date;
}

interface PushTable {
  org_id: string;
  id: GeneratedAlways<number | null>;
  repository_id: string;
  tag: string | null;
  digest: string;
  /** `notification`, `manual`, `command` */
  source: string;
  actor: string | null;
  pushed_at: Generated<Date>;
  /** why it could not be analysed, when resolving it failed before an image was known */
  failure_code: string | null;
  failure_message: string | null;
}

interface LayerTable {
  org_id: string;
  image_id: string;
  index: number;
  diff_id: string;
  digest: string | null;
  media_type: string;
  size_bytes: number;
  command: string | null;
  /** the lines of the build file, as provenance tells them; null: none does */
  source: Json<LayerSource | null>;
  /** part of the proven base image */
  from_base: Generated<boolean>;
  /** of this layer and all below it: an image whose own chain ID is among them may be the base */
  chain_id: string;
}

interface EnvironmentImageTable {
  org_id: string;
  environment_id: string;
  image_id: string;
  recorded_by: string;
  recorded_at: Generated<Date>;
}

interface EnvironmentHistoryTable {
  org_id: string;
  id: Generated<string>;
  environment_id: string;
  /** its name when the image was recorded */
  environment: string;
  image_id: string;
  recorded_by: string;
  recorded_at: Generated<Date>;
  /** null: it runs there still */
  removed_at: Date | null;
}

interface PackageTable {
  id: GeneratedAlways<number>;
  /** sha256 of `identity` */
  match_key: string;
  /** the match key in full, as JSON: from it the package is matched again */
  identity: string;
  purl: string;
  ecosystem: string;
  name: string;
  version: string;
  distro: string | null;
  source_name: string | null;
  source_version: string | null;
  /** id of the matching it was last compared by: database and program; null: never */
  matched_with: string | null;
  /** digest of the advisories found for it then */
  advisory_digest: string | null;
  matched_at: Date | null;
  /** why its findings last changed; null: they never did */
  turned_by: "advisory" | "engine" | null;
}

interface PackageKeyTable {
  package_id: number;
  space: string;
  name: string;
  version: string;
}

interface FindingTable {
  id: GeneratedAlways<number>;
  package_id: number;
  vulnerability: string;
  aliases: Generated<string[]>;
  state: "affected" | "undetermined";
  severity: Severity;
  fixed_version: string | null;
  /** the finding as the line made it, without its package */
  body: Json<StoredFinding>;
  found_at: Generated<Date>;
  changed_at: Generated<Date>;
}

interface VulnerabilityContextTable {
  vulnerability: string;
  kev: Json<VulnerabilityContext["kev"]>;
  epss: Json<VulnerabilityContext["epss"]>;
}

interface OrgPackageTable {
  org_id: string;
  package_id: number;
}

interface ImagePackageTable {
  org_id: string;
  image_id: string;
  /** position in the SBOM: one package may stand in it several times */
  position: number;
  package_id: number;
  /** package URL with all qualifiers */
  purl: string;
  /** [{ "path": …, "layer": diff ID or null, "layerIndex": number or null }] */
  evidence: Json<readonly Evidence[]>;
  licenses: Generated<string[]>;
  /** files that its database says it owns; null: it does not tell */
  file_count: number | null;
  /** package URL of the distribution's package that owns the file where it was found, or null */
  owned_by: string | null;
  /** its bytes gave it away, and no package database lists it */
  by_signature: Generated<boolean>;
}

interface LabelledFindingTable {
  org_id: string;
  image_id: string;
  package_id: number;
  vulnerability: string;
  status: VexStatus | "undetermined";
  suppressed: boolean;
  exception_id: string | null;
  statement: Json<VexStatement | null>;
}

interface ExceptionTable {
  org_id: string;
  id: Generated<string>;
  vulnerability: string;
  kind: ExceptionKind;
  justification: VexJustification | null;
  reason: string;
  /** null: all repositories, all images, any package */
  scope_repository: string | null;
  scope_digest: string | null;
  scope_purl: string | null;
  state: "requested" | "approved" | "refused" | "withdrawn" | "expired";
  requested_by: string;
  requested_by_name: string;
  requested_at: Generated<Date>;
  decided_by: string | null;
  decided_by_name: string | null;
  decided_at: Date | null;
  decision_note: string | null;
  expires_at: Date | null;
  /** nobody decides on their own request, whatever the role */
}

interface VexStatementTable {
  org_id: string;
  id: Generated<string>;
  document: string;
  author: string;
  body: Json<VexStatement>;
  imported_by: string;
  imported_at: Generated<Date>;
}

interface PolicyTable {
  org_id: string;
  id: Generated<string>;
  /** plug-in of src/policies */
  type: string;
  /** id of the built-in policy it was made from, or null */
  preset: string | null;
  /** newest version */
  version: Generated<number>;
  created_at: Generated<Date>;
  /** a deleted policy keeps its versions and results: history stays readable */
  deleted_at: Date | null;
}

interface PolicyVersionTable {
  org_id: string;
  policy_id: string;
  version: number;
  title: string;
  description: Generated<string>;
  config: Json<Readonly<Record<string, unknown>>>;
  weight: number;
  effect: PolicyEffect;
  enabled: boolean;
  /** canonical repositories with `*`, and names of environments; both empty: everything */
  scope_repositories: Generated<string[]>;
  scope_environments: Generated<string[]>;
  created_by: string;
  created_at: Generated<Date>;
}

interface EvaluationTable {
  org_id: string;
  id: Generated<string>;
  image_id: string;
  status: PolicyStatus;
  grade: Grade | null;
  percent: number | null;
  score_reason: string | null;
  /** what changed since the evaluation before: [{ "kind": …, "text": …, … }] */
  causes: Json<readonly VerdictCause[]>;
  /** what it rests on: database digest, policy versions, exceptions */
  inputs: Json<EvaluationInputs>;
  critical: Generated<number>;
  high: Generated<number>;
  medium: Generated<number>;
  low: Generated<number>;
  unspecified: Generated<number>;
  suppressed: Generated<number>;
  undetermined: Generated<number>;
  /** false: no vulnerability database was there to ask, so the counts say nothing */
  has_findings: boolean;
  evaluated_at: Generated<Date>;
}

interface PolicyResultTable {
  org_id: string;
  evaluation_id: string;
  policy_id: string;
  policy_version: number;
  title: string;
  type: string;
  effect: PolicyEffect;
  status: PolicyStatus;
  reason: string | null;
  deviations: Json<readonly Deviation[]>;
  weight: number;
  lost: number;
  position: number;
}

interface EventTable {
  org_id: string;
  id: GeneratedAlways<number>;
  kind: EventKind;
  at: Generated<Date>;
  title: string;
  image_id: string | null;
  repository_id: string | null;
  policy_id: string | null;
  exception_id: string | null;
  /** name of who did it; null: the system */
  actor: string | null;
  body: JsonWithDefault<Readonly<Record<string, unknown>>>;
  /** the same thing happens once: a second insert with the same key is no row */
  once_key: string;
}

interface NoticeTable {
  org_id: string;
  event_id: number;
  account_id: string;
  read_at: Date | null;
}

interface WebhookTable {
  org_id: string;
  id: Generated<string>;
  /** plug-in of src/notifications */
  channel: Generated<string>;
  name: string;
  url: string;
  secret_sealed: Buffer;
  /** kinds of events; empty: all that notify */
  events: Generated<string[]>;
  enabled: Generated<boolean>;
  created_at: Generated<Date>;
  /** what the channel is told besides address and secret */
  options: JsonWithDefault<JsonRecord>;
  repositories: Generated<string[]>;
  environments: Generated<string[]>;
  policies: Generated<string[]>;
  severity: "critical" | "high" | "medium" | "low" | null;
  only_new: Generated<boolean>;
  cadence: Generated<"each" | "grouped" | "hourly" | "daily">;
  /** IANA */
  time_zone: Generated<string>;
  /** minutes of the day */
  quiet_from: number | null;
  quiet_to: number | null;
  digest_at: Generated<number>;
  /** whose own it is; null: the organisation's */
  account_id: string | null;
}

interface DeliveryTable {
  org_id: string;
  webhook_id: string;
  event_id: number;
  state: "waiting" | "delivered" | "failed";
  attempts: Generated<number>;
  failure: string | null;
  changed_at: Generated<Date>;
  due_at: Generated<Date>;
  /** gathered with others, and not by a job of its own */
  is_gathered: Generated<boolean>;
  /** attempts that failed */
  log: JsonWithDefault<readonly FailedAttempt[]>;
}

interface AuditEntryTable {
  id: GeneratedAlways<number>;
  /** null: an act of the installation's administrator */
  org_id: string | null;
  at: Generated<Date>;
  actor_kind: "account" | "token" | "system";
  actor_id: string | null;
  actor_name: string;
  action: string;
  target: string;
  before: Json<unknown>;
  after: Json<unknown>;
}

interface ClusterTable {
  org_id: string;
  id: Generated<string>;
  name: string;
  /** name of the environment that runs in it; null: only policies of all environments count */
  environment: string | null;
  mode: "audit" | "enforce";
  /** patterns; empty: all */
  namespaces: Generated<string[]>;
  exempt_namespaces: Generated<string[]>;
  unknown_images: "admit" | "deny";
  old_evidence: "admit" | "deny";
  restarts: "admit" | "judge";
  /** Kubernetes groups whose members may break the glass; empty: nobody may */
  break_glass_groups: Generated<string[]>;
  created_at: Generated<Date>;
}

interface AdmittedImageTable {
  org_id: string;
  cluster_id: string;
  namespace: string;
  /** canonical, without tag or digest */
  repository: string;
  digest: string;
  admitted_at: Date;
  seen_at: Date;
  /** when somebody broke the glass for it; null: nobody did */
  broke_glass_at: Date | null;
}

interface ForeseenVerdictTable {
  org_id: string;
  image_id: string;
  environment_id: string;
  evaluation_id: string;
  /** of the environment's own policies */
  results: Json<readonly StoredResult[]>;
  foreseen_at: Date;
}

interface UploadedProjectTable {
  org_id: string;
  id: Generated<string>;
  name: string;
  version: Generated<string>;
  repository_id: string;
  tag: string;
  created_at: Generated<Date>;
}

interface UploadTable {
  org_id: string;
  id: Generated<string>;
  kind: "sbom" | "report";
  project_id: string | null;
  image_id: string | null;
  state: Generated<"queued" | "read" | "failed">;
  body: Buffer | null;
  size_bytes: number;
  digest: string;
  format: string | null;
  tool: string | null;
  subject_digest: string | null;
  outcome: "recorded" | "known" | null;
  failure_code: string | null;
  failure_message: string | null;
  uploaded_by: string;
  uploaded_at: Generated<Date>;
  ended_at: Date | null;
}

interface OutsideFindingTable {
  org_id: string;
  upload_id: string;
  position: number;
  vulnerability: string;
  aliases: Generated<string[]>;
  purl: string | null;
  package: string;
  version: string;
  severity: Severity;
  fixed_version: string | null;
  status: string | null;
}

interface VerdictKeyTable {
  org_id: string;
  id: Generated<string>;
  /** `SHA256:` and the hash of the public key */
  key_id: string;
  public_pem: string;
  private_sealed: Buffer;
  created_by: string;
  created_at: Generated<Date>;
  /** signs no more, and counts until then; null: the key that signs */
  valid_until: Date | null;
}

interface SignInProviderTable {
  id: Generated<string>;
  name: string;
  kind: "oidc" | "ldap" | "saml";
  /** on the button of the sign-in page */
  label: string;
  enabled: Generated<boolean>;
  /** who gets an account at the first sign-in */
  provisioning: "mapped" | "everybody" | "nobody";
  links_accounts: Generated<boolean>;
  administrator_groups: Generated<string[]>;
  settings: Json<unknown>;
  secret_sealed: Buffer | null;
  created_at: Generated<Date>;
  changed_at: Generated<Date>;
}

interface SignInIdentityTable {
  provider_id: string;
  subject: string;
  account_id: string;
  created_at: Generated<Date>;
  seen_at: Generated<Date>;
}

interface SignInTicketTable {
  hash: Buffer;
  body_sealed: Buffer;
  expires_at: Date;
}

interface SpentProofTable {
  hash: Buffer;
  expires_at: Date;
}

interface GroupRoleTable {
  org_id: string;
  provider_id: string;
  group_name: string;
  role: Role;
}

interface TrustRuleTable {
  org_id: string;
  id: Generated<string>;
  name: string;
  issuer: string;
  audience: string;
  /** claim -> patterns, one of which must fit */
  claims: Json<Readonly<Record<string, readonly string[]>>>;
  scopes: string[];
  /** how long a token lasts that was made by it */
  minutes: number;
  created_by: string;
  created_at: Generated<Date>;
  used_at: Date | null;
}

interface KeptPartTable {
  org_id: string;
  digest: string;
  body: Buffer;
  kept_at: Generated<Date>;
}

interface KeptEvaluationTable {
  org_id: string;
  evaluation_id: string;
  /** the program that made it */
  engine: string;
  body: Buffer;
  parts: string[];
}

interface ReplayTable {
  org_id: string;
  id: Generated<string>;
  evaluation_id: string;
  state: "waiting" | "same" | "different" | "failed";
  /** the program that made it once more; null: not yet */
  engine: string | null;
  differences: JsonWithDefault<readonly ReplayDifference[]>;
  failure: string | null;
  asked_by: string;
  asked_at: Generated<Date>;
  done_at: Date | null;
}

interface TeamTable {
  org_id: string;
  id: Generated<string>;
  name: string;
  created_at: Generated<Date>;
}

interface TeamMemberTable {
  org_id: string;
  team_id: string;
  account_id: string;
}

interface FindingAssignmentTable {
  org_id: string;
  package_id: number;
  vulnerability: string;
  account_id: string | null;
  team_id: string | null;
  assigned_by: string;
  assigned_at: Generated<Date>;
}
