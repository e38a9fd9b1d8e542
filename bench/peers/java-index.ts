/**
 * An empty index of jar digests for Trivy: it would download one, or refuse to look at jars without. Read by
 * aquasecurity/trivy-java-db pkg/db: SQLite with two tables, and a record of when to update.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

export function writeEmptyJavaIndex(cache: string): void {
  const folder = join(cache, "java-db");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, "trivy-java.db"));
  database.exec(`
    CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT);
    CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT, license TEXT);
    CREATE UNIQUE INDEX artifacts_idx ON artifacts (artifact_id, group_id);
    CREATE INDEX indices_artifact_idx ON indices (artifact_id);
    CREATE UNIQUE INDEX indices_sha1_idx ON indices (sha1);
  `);
  database.close();
  const times = {
    NextUpdate: "2999-01-01T00:00:00Z",
    UpdatedAt: "2026-01-01T00:00:00Z",
    DownloadedAt: "2026-01-01T00:00:00Z",
  };
  writeFileSync(join(folder, "metadata.json"), JSON.stringify({ Version: 1, ...times }));
}
