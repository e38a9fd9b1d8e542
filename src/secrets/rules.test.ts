/**
 * Every rule with a secret that it must find and texts that it must not. The secrets are put together here, while the test
 * runs: nothing in this file has the form of a secret, `~` is taken out and `{an:36}` becomes 36 letters and digits.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import { severities } from "../domain/advisory.ts";
import { KEYWORD_LENGTH_MIN } from "../domain/keyword-search.ts";
import { findSecretsInFile, findSecretsInSettings } from "./find-secrets.ts";
import { rulesVersion, secretRules } from "./rules.ts";

const SIGNS: Readonly<Record<string, string>> = {
  an: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  al: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
  lo: "abcdefghijklmnopqrstuvwxyz0123456789",
  up: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789",
  b32: "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
  l32: "abcdefghijklmnopqrstuvwxyz234567",
  hex: "0123456789abcdef",
  hup: "0123456789ABCDEF",
  ah: "abcdefgh0123456789",
  b64: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
  w: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-",
  d: "0123456789",
  age: "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L",
};

const uuid = "{hex:8}-{hex:4}-{hex:4}-{hex:4}-{hex:12}";

/** What rules find: id, text, and the path for those that look at certain files only. */
const found: readonly (readonly [id: string, text: string, path?: string])[] = [
  ["aws-access-key-id", "key = 'AK~IA{b32:16}'"],
  ["aws-secret-access-key", "aws_secret_access~_key = {b64:40}"],
  ["aws-session-token", "AWS_SESSION~_TOKEN={b64:300}=="],
  ["aws-bedrock-key", "AB~SK{b64:128}"],
  ["google-service-account-key", '{"private_key~_id": "{hex:40}"}'],
  ["google-api-key", "AI~za{w:35}"],
  ["google-oauth-client-secret", "GOC~SPX-{an:28}"],
  ["google-oauth-access-token", "ya~29.{an:120}"],
  ["google-oauth-refresh-token", "1/~/0{an:60}"],
  ["azure-storage-key", "DefaultEndpointsProtocol=https;Account~Key={b64:86}==;"],
  ["azure-shared-access-key", "SharedAccess~Key={b64:43}="],
  ["azure-client-secret", 'ARM_CLIENT~_SECRET="{an:3}8Q~~{an:34}"'],
  ["azure-sas-token", "https://a.blob.core.windows.net/c?sv=2024-01-01&si~g={an:44}%3D"],
  ["azure-devops-token", "{an:76}AZ~DO{an:4}"],
  ["azure-container-registry-password", "{an:42}+A~CR{an:6}"],
  ["digitalocean-token", "do~p_v1_{hex:64}"],
  ["alibaba-access-key-id", "LT~AI{an:20}"],
  ["tencent-secret-id", "AK~ID{an:32}"],
  ["ibm-cloud-api-key", "IBMCLOUD_API~_KEY={an:44}"],
  ["heroku-api-key", "HR~KU-AA{an:58}"],
  ["heroku-api-key", `HEROKU_API~_KEY=${uuid}`],
  ["hetzner-token", "HCLOUD~_TOKEN={an:64}"],
  ["scaleway-secret-key", `SCW_SECRET~_KEY=${uuid}`],
  ["linode-token", "LINODE~_TOKEN={hex:64}"],
  ["cloudflare-api-token", "CLOUDFLARE_API~_TOKEN={an:40}"],
  ["cloudflare-origin-ca-key", "v1~.0-{hex:24}-{hex:146}"],
  ["fly-token", "fm2~_{b64:200}"],
  ["netlify-token", "nf~p_{an:36}"],
  ["render-api-key", "rn~d_{an:32}"],
  ["supabase-token", "sb~p_{hex:40}"],
  ["databricks-token", "da~pi{hex:32}"],
  ["planetscale-credential", "pscale~_tkn_{an:43}"],
  ["yandex-api-key", "AQ~VN{an:36}"],
  ["github-personal-token", "gh~p_{crc}"],
  ["github-fine-grained-token", "github~_pat_{an:22}_{an:59}"],
  ["github-oauth-token", "gh~o_{crc}"],
  ["github-app-token", "gh~s_{crc}"],
  ["github-refresh-token", "gh~r_{an:76}"],
  ["gitlab-personal-token", "gl~pat-{an:20}"],
  ["gitlab-token", "gl~rt-{an:20}"],
  ["atlassian-api-token", "ATA~TT3{an:180}={hup:8}"],
  ["npm-access-token", "np~m_{crc}"],
  ["npm-registry-auth", "//npm.example.com/:_auth~Token={hex:32}"],
  ["pypi-upload-token", "py~pi-AgEIcHlwaS5vcmc{w:120}"],
  ["rubygems-api-key", "ruby~gems_{hex:48}"],
  ["nuget-api-key", "oy~2k{lo:42}"],
  ["nuget-config-password", '<add key="ClearText~Password" value="kr7-Zeta" />'],
  ["cargo-registry-token", "CARGO_REGISTRY~_TOKEN=cio{an:32}"],
  ["docker-hub-token", "dckr~_pat_{an:27}"],
  ["docker-registry-auth", '{"auths":{"r.test":{"au~th":"{b64:40}"}}}', "root/.docker/config.json"],
  ["artifactory-token", "AK~Cp{an:69}"],
  ["clojars-token", "CLO~JARS_{hex:60}"],
  ["circleci-token", "CCI~PAT_{an:22}_{hex:40}"],
  ["buildkite-token", "bk~ua_{hex:40}"],
  ["sonar-token", "sq~u_{hex:40}"],
  ["snyk-token", `SNYK~_TOKEN=${uuid}`],
  ["codecov-token", `CODECOV~_TOKEN=${uuid}`],
  ["terraform-cloud-token", "{an:14}.atlas~v1.{an:67}"],
  ["vault-token", "hv~s.{an:95}"],
  ["pulumi-token", "pu~l-{hex:40}"],
  ["doppler-token", "dp~.pt.{an:43}"],
  ["1password-service-token", "op~s_eyJ{b64:400}"],
  ["age-secret-key", "AGE-SECRET~-KEY-1{age:58}"],
  ["sourcegraph-token", "sg~p_{hex:40}"],
  ["postman-api-key", "PM~AK-{hex:24}-{hex:34}"],
  ["octopus-api-key", "AP~I-{up:26}"],
  ["prefect-api-key", "pn~u_{an:36}"],
  ["grafana-token", "gl~sa_{an:32}_{hex:8}"],
  ["datadog-key", "DD_API~_KEY={hex:32}"],
  ["new-relic-key", "NR~AK-{up:27}"],
  ["sentry-token", "sn~tryu_{hex:64}"],
  ["dynatrace-token", "dt0~c01.{up:24}.{up:64}"],
  ["launchdarkly-key", `LAUNCHDARKLY_SDK~_KEY=sdk-${uuid}`],
  ["replicate-token", "r8~_{an:37}"],
  ["slack-bot-token", "xo~xb-{d:12}-{d:12}-{an:24}"],
  ["slack-user-token", "xo~xp-{d:12}-{d:12}-{d:12}-{hex:32}"],
  ["slack-app-token", "xa~pp-1-A{up:10}-{d:13}-{hex:64}"],
  ["slack-configuration-token", "xo~xe.xoxp-1-{an:166}"],
  ["slack-legacy-token", "xo~xs-{d:10}-{d:10}-{d:10}-{hex:32}"],
  ["slack-webhook", "https://hooks.slack~.com/services/T{up:9}/B{up:9}/{an:24}"],
  ["discord-bot-token", "DISCORD~_TOKEN=M{an:24}.{an:6}.{an:38}"],
  ["discord-webhook", "https://discord~.com/api/webhooks/{d:18}/{w:68}"],
  [
    "teams-webhook",
    `https://x.webhook.office~.com/webhookb2/${uuid}@${uuid}/IncomingWebhook/{hex:32}/${uuid}`,
  ],
  ["telegram-bot-token", "{d:10}:A~AF{w:32}"],
  ["sendgrid-api-key", "S~G.{w:22}.{w:43}"],
  ["mailgun-api-key", "MAILGUN_API~_KEY=key-{hex:32}"],
  ["mailchimp-api-key", "{hex:32}-u~s12"],
  ["brevo-api-key", "xkey~sib-{hex:64}-{an:16}"],
  ["twilio-auth-token", "TWILIO_AUTH~_TOKEN={hex:32}"],
  ["onesignal-api-key", "os_v2~_app_{l32:104}"],
  ["facebook-access-token", "EA~AC{an:160}"],
  ["okta-api-token", "Authorization: SS~WS 00{an:40}"],
  ["stripe-live-key", "sk~_live_{an:24}"],
  ["stripe-test-key", "sk~_test_{an:24}"],
  ["stripe-webhook-secret", "wh~sec_{an:32}"],
  ["square-token", "sq0~atp-{w:22}"],
  ["braintree-access-token", "access_token~$production${lo:16}${hex:32}"],
  ["shopify-token", "shp~at_{hex:32}"],
  ["razorpay-key", "rzp~_live_{an:14}"],
  ["flutterwave-secret-key", "FLW~SECK-{ah:32}-X"],
  ["plaid-access-token", `access~-production-${uuid}`],
  ["easypost-api-key", "EZ~AK{an:54}"],
  ["shippo-token", "shippo~_live_{hex:40}"],
  ["duffel-token", "duffel~_live_{an:43}"],
  ["notion-token", "nt~n_{d:11}{an:35}"],
  ["linear-api-key", "lin~_api_{an:40}"],
  ["airtable-token", "AIRTABLE_API~_KEY=pat{an:14}.{hex:64}"],
  ["figma-token", "fi~gd_{w:40}"],
  ["contentful-token", "CF~PAT-{w:43}"],
  ["readme-api-key", "rd~me_{lo:70}"],
  ["typeform-token", "tf~p_{w:59}"],
  ["hubspot-token", `pa~t-na1-${uuid}`],
  ["mapbox-secret-token", "sk~.eyJ1{an:80}.{an:22}"],
  ["openai-api-key", "sk-~proj-{an:74}T3Blbk~FJ{an:74}"],
  ["openai-api-key", "sk-~{an:20}T3Blbk~FJ{an:20}"],
  ["anthropic-api-key", "sk-~ant-api03-{w:93}AA"],
  ["hugging-face-token", "hf~_{al:34}"],
  ["groq-api-key", "gs~k_{an:52}"],
  ["perplexity-api-key", "pp~lx-{an:48}"],
  ["xai-api-key", "xa~i-{an:80}"],
  ["openrouter-api-key", "sk-~or-v1-{hex:64}"],
  ["nvidia-api-key", "nv~api-{w:64}"],
  ["langsmith-api-key", "ls~v2_pt_{hex:32}_{hex:10}"],
  ["pinecone-api-key", "pc~sk_{an:5}_{an:63}"],
  ["cohere-api-key", "COHERE_API~_KEY={an:40}"],
  ["mistral-api-key", "MISTRAL_API~_KEY={an:32}"],
  ["wandb-api-key", "WANDB_API~_KEY={hex:40}"],
  ["private-key", "-----BEGIN RSA PRIVATE~ KEY-----\n{b64:64}\n{b64:64}\n"],
  ["private-key", '"-----BEGIN PRIVATE~ KEY-----\\n{b64:64}\\n{b64:64}\\n"'],
  ["encrypted-private-key", "-----BEGIN ENCRYPTED PRIVATE~ KEY-----\n{b64:64}\n"],
  ["pgp-private-key", "-----BEGIN PGP PRIVATE~ KEY BLOCK-----\nVersion: 1\n\n{b64:64}\n"],
  [
    "putty-private-key",
    "PuTTY-User-Key~-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 2\n{b64:60}\n{b64:40}\nPrivate-Lines: 1\n{b64:48}\n",
  ],
  ["encoded-private-key", "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJ~VkFURSBLRVkt{b64:300}"],
  ["wireguard-private-key", "[Interface]\nPrivate~Key = {b64:43}=\n"],
  ["json-web-token", "ey~JhbGciOiJIUzI1NiJ9.eyJ{an:60}.{w:43}"],
  ["postgres-address", "DATABASE_URL=postgres://app:kr7-Z~eta@db.internal:5432/app"],
  ["mysql-address", "mysql+pymysql://app:kr7-Z~eta@db.internal/app"],
  ["mongodb-address", "mongodb+srv://app:kr7-Z~eta@cluster0.abcde.mongodb.net/"],
  ["redis-address", "redis://:kr7-Z~eta@cache.internal:6379/0"],
  ["amqp-address", "amqp://app:kr7-Z~eta@mq.internal/"],
  ["database-address", "clickhouse://app:kr7-Z~eta@ch.internal"],
  ["file-server-address", "sftp://app:kr7-Z~eta@files.internal/"],
  ["web-address", "https://bot:kr7-Z~eta@git.internal/app.git", "root/.git-credentials"],
  ["sql-server-connection", '"Server=db;Database=a;User Id=app;Pass~word=kr7-Zeta;"', "app/appsettings.json"],
  ["settings-password", "DB_PASS~WORD=kr7-Zeta", "app/.env"],
  ["settings-password", "  api_key: 'kr7-Z~eta'", "app/config/secrets.yml"],
  ["wordpress-password", "define( 'DB_PASS~WORD', 'kr7-Zeta' );", "var/www/html/wp-config.php"],
  ["netrc-password", "machine git.internal login app pass~word kr7-Zeta", "root/.netrc"],
  ["pgpass-password", "db.internal:5432:*:app:kr7-Z~eta\n", "root/.pgpass"],
  ["maven-password", "<server><pass~word>kr7-Zeta</password></server>", "root/.m2/settings.xml"],
  ["shadow-password-hash", "root:$6$~{an:16}${an:86}:19000:0:99999:7:::\n", "etc/shadow"],
  [
    "authorization-header",
    "curl -H 'Authorization: Bear~er {an:40}' https://a.internal",
    "root/.bash_history",
  ],
];

/** Texts in which nothing is to be found, at every path. */
const clean: readonly (readonly [why: string, text: string, path?: string])[] = [
  ["a key without a body", "if (text.includes('-----BEGIN RSA PRIVATE~ KEY-----')) return parse(text);"],
  ["a public key", "-----BEGIN PUBLIC KEY-----\n{b64:64}\n"],
  ["the example of AWS", "AK~IAIOSFODNN7EXAMPLE"],
  ["the secret example of AWS", "aws_secret_access~_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
  ["GitHub's form without its check sum", "gh~p_{an:36}"],
  ["npm's form without its check sum", "np~m_{an:36}"],
  [
    "the key of Azure's emulator",
    "Account~Key=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;",
  ],
  [
    "the token of jwt.io",
    "ey~JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.{w:43}",
  ],
  ["an address without a password", "postgres://app@db.internal/app"],
  ["an address with a variable", "postgres://app:${PASSWORD}@db.internal/app"],
  ["an address with a well-known word", "postgres://user:password@db.internal/app"],
  [
    "the account of every example of Oracle and SQLAlchemy",
    "postgresql+psycopg2://scott:tiger@db.internal/test",
  ],
  ["an address of an example", "postgres://app:kr7-Zeta@example.com/app"],
  ["an address with a port", "redis://localhost:6379/0 and mail to a@b"],
  ["the guest of RabbitMQ", "amqp://guest:guest@mq.internal/"],
  [
    "a variable of settings",
    "DB_PASSWORD=${OTHER}\nAPI_KEY=<your key>\nTOKEN=changeme\nSECRET=/run/secrets/x",
    "app/.env",
  ],
  ["a sample of settings", "DB_PASSWORD=kr7-Zeta", "app/.env.example"],
  ["an account that cannot sign in", "root:*:19000:0:99999:7:::\nbin:!:1::::::\n", "etc/shadow"],
  [
    "words with the letters of tokens",
    "npm_config_cache, npm_package_name, dapifoo, oy2bar, SG.some.thing, hf_dataset, r8_unorm",
  ],
];

for (const [id, text, path] of found) {
  test(`secrets: ${id} is found`, () => {
    const matches = search(expand(text), path);
    assert.deepEqual(
      matches.map(({ rule }) => rule.id),
      [id],
    );
    const match = matches[0];
    assert.ok(match !== undefined && match.end > match.start);
    assert.match(match.shown, /^[!-~]{0,4}…$/);
    assert.ok(match.rule.kind === "token" || match.shown === "…");
  });
}

for (const [why, text, path] of clean) {
  test(`secrets: nothing is found in ${why}`, () => {
    assert.deepEqual(
      search(expand(text), path).map(({ rule }) => rule.id),
      [],
    );
  });
}

const tokens = found.filter(([id]) => secretRules.some((rule) => rule.id === id && rule.kind === "token"));

test("secrets: no token is found that is cut short, that a person has typed, or that goes on", () => {
  for (const [id, text] of tokens) {
    // The longest part of made-up signs is what makes it a token.
    const parts = [...text.matchAll(/\{\w+:(\d+)\}/g)];
    const longest = parts.toSorted((a, b) => Number(b[1]) - Number(a[1]))[0]?.[0] ?? "{crc}";
    const ids = (changed: string): string[] => search(expand(changed)).map(({ rule }) => rule.id);
    assert.deepEqual(ids(text.replace(longest, "aZ4")), [], `${id}, cut short`);
    assert.deepEqual(
      ids(text.replace(longest, "x".repeat(Number(/\d+/.exec(longest.slice(4))?.[0] ?? 36)))),
      [],
      `${id}, typed`,
    );
  }
});

test("secrets: every rule has an example, and says what a rule must", () => {
  assert.ok(secretRules.length >= 80, `${secretRules.length} rules`);
  assert.deepEqual(
    secretRules.map(({ id }) => id).filter((id) => !found.some((row) => row[0] === id)),
    [],
  );
  assert.equal(new Set(secretRules.map(({ id }) => id)).size, secretRules.length);
  for (const rule of secretRules) {
    assert.match(rule.id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
    assert.ok(severities.includes(rule.severity) && rule.title.length > 5);
    assert.match(rule.pattern.flags, /^dgi?$/, rule.id);
    assert.ok(
      rule.keywords.length > 0 && rule.keywords.every(({ length }) => length >= KEYWORD_LENGTH_MIN),
      rule.id,
    );
    assert.ok((rule.after ?? 512) <= 8192, rule.id);
  }
});

test("secrets: no pattern repeats without end, or repeats a repetition", () => {
  for (const { id, pattern } of secretRules) {
    const plain = pattern.source.replace(/\\./g, "e").replace(/\[[^\]]*\]/g, "c");
    assert.doesNotMatch(plain, /[*+]|\{\d+,\}/, `${id} repeats without end`);
    for (const group of plain.matchAll(/\(([^()]*)\)\{\d+,\d{2,}\}/g)) {
      assert.doesNotMatch(group[1] ?? "", /\{\d+,\d{2,}\}/, `${id} repeats a repetition`);
    }
  }
});

test("secrets: the version is raised when a rule changes", () => {
  const text = JSON.stringify(secretRules, (_, value: unknown) =>
    value instanceof RegExp ? String(value) : value,
  );
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  // Results of layers are kept under the version: change both lines together.
  assert.deepEqual({ rulesVersion, digest }, { rulesVersion: 2, digest: "422e0ae6c96e3bf4" });
});

function search(text: string, path = "app/anything.txt") {
  const bytes = Buffer.from(text, "latin1");
  const read = (offset: number, length: number) => bytes.subarray(offset, offset + length);
  const anywhere = findSecretsInFile(read, bytes.length).matches;
  const settings = findSecretsInSettings(path, read, bytes.length)?.matches ?? [];
  return [...anywhere, ...settings];
}

/** The text that a template stands for, the same in every run. */
function expand(template: string): string {
  let state = crc32(template);
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const signs = (kind: string, length: number): string => {
    const alphabet = SIGNS[kind] ?? "";
    return Array.from({ length }, () => alphabet[next() % alphabet.length]).join("");
  };
  return template
    .replace(/~(?!~)/g, "")
    .replace(/\{(\w+):(\d+)\}/g, (_, kind: string, length: string) => signs(kind, Number(length)))
    .replace("{crc}", () => {
      const body = signs("an", 30);
      let value = crc32(body);
      let sum = "";
      for (const digits = `0123456789${SIGNS["al"]}`; sum.length < 6; value = Math.floor(value / 62))
        sum = digits[value % 62] + sum;
      return body + sum;
    });
}
