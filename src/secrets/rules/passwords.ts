/**
 * Rules: passwords, as people choose them: in addresses, in connection strings and in files of settings. Their values have no
 * form, so what surrounds them must be beyond doubt.
 */
import { anyCase } from "../pattern.ts";
import type { SecretRule } from "../types.ts";

const password = { kind: "password", entropyMin: 0 } as const;

/** `scheme://user:password@host`; a password of variables (`$X`, `{x}`, `%s`, `<x>`) is none. */
function addressPattern(schemes: string): RegExp {
  return new RegExp(
    String.raw`(?<![A-Za-z0-9])(?:${anyCase(schemes)}):\/\/[^\s:@/"'\x60<>{}$%|\\]{0,80}:(?<secret>[^\s:@/"'\x60<>{}$|\\]{3,120})@(?!example\.|host(?:name)?\b|server\b|domain\b|my-?(?:host|server)|your)[A-Za-z0-9[]`,
    "dg",
  );
}

/** Base names of files that hold settings, each of which is searched whole. */
export const SETTINGS_FILES =
  /(?:^|\/)(?:\.env(?:\.(?!example|sample|template|dist|defaults?$|schema)[\w-]{1,30}){0,2}|[\w-]{1,30}\.env|env\.sh|\.?secrets?\.(?:ya?ml|json|toml|env|properties|ini)|credentials(?:\.(?:ya?ml|json|ini|toml|properties))?|\.s3cfg|\.boto|\.my\.cnf|\.pypirc|\.netrc|_netrc|\.pgpass|\.git-credentials|wp-config\.php|gradle\.properties|settings\.xml|\.yarnrc\.yml|terraform\.tfvars|[\w-]{1,40}\.auto\.tfvars|terraform\.tfstate|database\.yml|application(?:-[\w-]{1,20})?\.(?:properties|ya?ml)|appsettings(?:\.[A-Za-z]{1,20})?\.json|local_settings\.py|rclone\.conf)$/i;

/** Names whose value is a secret. The same names are looked for in the environment and in build arguments. */
export const SECRET_NAME =
  "[a-z0-9_.-]{0,60}(?:password|passwd|passphrase|_pwd|secret|secret_?key|secret_?key_?base|api_?key|access_?key|private_?key|encryption_?key|signing_?key|token|credentials?|client_?secret)";

export const passwordRules: readonly SecretRule[] = [
  {
    ...password,
    id: "postgres-address",
    title: "Password in a PostgreSQL address",
    severity: "high",
    keywords: ["postgres://", "postgresql://", "postgresql+", "postgis://", "cockroachdb://"],
    pattern: addressPattern(String.raw`(?:postgres(?:ql)?(?:\+[a-z0-9]{1,12})?|postgis|cockroachdb)`),
  },
  {
    ...password,
    id: "mysql-address",
    title: "Password in a MySQL or MariaDB address",
    severity: "high",
    keywords: ["mysql://", "mysql2://", "mariadb://", "mysql+", "mariadb+"],
    pattern: addressPattern(String.raw`(?:mysql2?|mariadb)(?:\+[a-z0-9]{1,12})?`),
  },
  {
    ...password,
    id: "mongodb-address",
    title: "Password in a MongoDB address",
    severity: "high",
    keywords: ["mongodb://", "mongodb+srv://"],
    pattern: addressPattern(String.raw`mongodb(?:\+srv)?`),
  },
  {
    ...password,
    id: "redis-address",
    title: "Password in a Redis address",
    severity: "high",
    keywords: ["redis://", "rediss://", "valkey://"],
    pattern: addressPattern("(?:rediss?|valkeys?)"),
  },
  {
    ...password,
    id: "amqp-address",
    title: "Password in a message broker's address",
    severity: "high",
    keywords: ["amqp://", "amqps://", "nats://", "mqtt://", "mqtts://"],
    pattern: addressPattern("(?:amqps?|nats|mqtts?)"),
    allowed: [/^guest$/],
  },
  {
    ...password,
    id: "database-address",
    title: "Password in a database's address",
    severity: "high",
    keywords: [
      "clickhouse://",
      "sqlserver://",
      "mssql://",
      "mssql+",
      "oracle://",
      "cassandra://",
      "couchbase://",
      "neo4j://",
      "bolt://",
      "snowflake://",
      "ldap://",
      "ldaps://",
    ],
    pattern: addressPattern(
      String.raw`(?:clickhouse|sqlserver|mssql|oracle|cassandra|couchbases?|neo4j|bolt|snowflake|ldaps?)(?:\+[a-z0-9]{1,12})?`,
    ),
  },
  {
    ...password,
    id: "file-server-address",
    title: "Password in an address of a file or mail server",
    severity: "medium",
    keywords: ["ftp://", "ftps://", "sftp://", "smtp://", "smtps://", "imap://", "imaps://", "ssh://"],
    pattern: addressPattern("(?:s?ftps?|smtps?|imaps?|ssh)"),
    allowed: [/^anonymous/i, /@/],
  },
  {
    ...password,
    id: "web-address",
    inConfiguration: true,
    title: "Password in a web address",
    severity: "medium",
    keywords: ["https://", "http://"],
    pattern: addressPattern("https?"),
    paths:
      /(?:^|\/)(?:\.git-credentials|\.git\/config|\.gitconfig|gitconfig|\.?pip(?:\.conf|\/pip\.conf)|pip\.conf|\.npmrc|npmrc|\.yarnrc(?:\.yml)?|sources\.list(?:\.d\/[\w.-]{1,60})?|\.condarc|config\.toml|poetry\.toml|\.curlrc|wgetrc|\.wgetrc|apt\.conf(?:\.d\/[\w.-]{1,60})?|environment|\.env(?:\.\w{1,20})?)$/,
  },
  {
    ...password,
    id: "sql-server-connection",
    inConfiguration: true,
    title: "Password in a database's connection string",
    severity: "high",
    keywords: ["password=", "pwd="],
    pattern:
      /(?:Server|Data Source|Host|Addr|DSN)\s{0,2}=[^"'\n]{1,200};\s{0,2}(?:Password|Pwd)\s{0,2}=\s{0,2}(?<secret>[^;"'\s<>{}$%]{4,100})/dgi,
    paths:
      /(?:^|\/)(?:appsettings(?:\.[A-Za-z]{1,20})?\.json|(?:web|app)\.config|connectionstrings\.(?:json|config)|\.env(?:\.\w{1,20})?)$/i,
  },
  {
    ...password,
    id: "settings-password",
    title: "Secret in a file of settings",
    severity: "high",
    keywords: ["password"],
    pattern: new RegExp(
      String.raw`(?:^|[\n,{;]|\bexport |\bset )[ \t]{0,20}["']?(?:${SECRET_NAME})["']?[ \t]{0,20}(?:=>|=|:)[ \t]{0,8}(?:"(?<secret>[^"\n]{4,400})"|'(?<single>[^'\n]{4,400})'|(?<bare>[^\s"'#;,<>{}()[\]]{4,400}))`,
      "dgi",
    ),
    paths: SETTINGS_FILES,
  },
  {
    ...password,
    id: "wordpress-password",
    title: "Password in a WordPress configuration",
    severity: "high",
    keywords: ["db_password"],
    pattern:
      /define\(\s{0,4}['"](?:DB_PASSWORD|AUTH_KEY|SECURE_AUTH_KEY|LOGGED_IN_KEY|NONCE_KEY)['"]\s{0,4},\s{0,4}['"](?<secret>[^'"\n]{4,200})['"]/dg,
    paths: /(?:^|\/)wp-config\.php$/,
    allowed: [/^put your unique phrase here$/, /_here$/],
  },
  {
    ...password,
    id: "netrc-password",
    title: "Password in .netrc",
    severity: "high",
    keywords: ["password"],
    pattern:
      /\bmachine\s{1,8}\S{1,200}\s{1,8}login\s{1,8}\S{1,200}\s{1,8}password\s{1,8}(?<secret>\S{3,400})/dg,
    paths: /(?:^|\/)[._]netrc$/,
  },
  {
    ...password,
    id: "pgpass-password",
    title: "Password in .pgpass",
    severity: "high",
    keywords: ["pgpass"],
    pattern:
      /(?:^|\n)[^\s:#]{1,200}:(?:\d{1,5}|\*):[^\s:]{1,100}:[^\s:]{1,100}:(?<secret>[^\s:]{1,200})(?=\r?\n|$)/dg,
    paths: /(?:^|\/)\.?pgpass(?:\.conf)?$/,
  },
  {
    ...password,
    id: "maven-password",
    title: "Password in Maven settings",
    severity: "high",
    keywords: ["<password>"],
    pattern: /<(?:password|passphrase|privateKey)>(?<secret>[^<\s{}$]{3,200})<\//dg,
    paths: /(?:^|\/)(?:\.m2\/|conf\/)?settings(?:-security)?\.xml$/,
    // In comments of the file that Maven comes with.
    allowed: [/^repopwd$/, /^proxypass$/, /^some\/path/],
  },
  {
    ...password,
    id: "shadow-password-hash",
    title: "Hash of an account's password",
    severity: "medium",
    keywords: ["shadow"],
    pattern: /(?:^|\n)[a-z_][\w.-]{0,40}:(?<secret>\$(?:1|2[aby]|5|6|7|y|gy)\$[^:\s]{16,200}):/dg,
    paths: /^etc\/shadow-?$/,
  },
  {
    ...password,
    id: "authorization-header",
    inConfiguration: true,
    title: "Authorization header in a command",
    severity: "high",
    keywords: ["authorization"],
    pattern:
      /(?:authorization|private-token|x-api-key|x-auth-token|job-token)\s{0,2}:\s{0,4}(?:(?:bearer|basic|token)\s{1,4})?(?<secret>[\w.~+/=-]{12,2000})/dgi,
    paths: /(?:^|\/)(?:\.curlrc|\.bash_history|\.ash_history|\.zsh_history|\.sh_history)$/,
  },
];
