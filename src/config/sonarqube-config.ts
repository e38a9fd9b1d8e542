/** Settings of the quality gate that policies may ask. */
import { PlimsollError } from "../domain/error.ts";

export interface SonarQubeConfig {
  /** Base address, `https://sonar.example.com/`. */
  readonly url: string;
  /** Secret. Null: it is asked without one. */
  readonly token: string | null;
  /** At least one key. */
  readonly projects: readonly string[];
}

/** Null: none is set. @throws PlimsollError CONFIG_INVALID */
export function readSonarQubeConfig(
  env: Readonly<Record<string, string | undefined>>,
): SonarQubeConfig | null {
  const url = env["PLIMSOLL_SONARQUBE_URL"] ?? "";
  if (url === "") return null;
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw new PlimsollError("CONFIG_INVALID", "PLIMSOLL_SONARQUBE_URL takes an http or https address.");
  }
  const projects = (env["PLIMSOLL_SONARQUBE_PROJECTS"] ?? "")
    .split(",")
    .map((key) => key.trim())
    .filter((key) => key !== "");
  if (projects.length === 0) {
    throw new PlimsollError(
      "CONFIG_INVALID",
      "PLIMSOLL_SONARQUBE_URL needs PLIMSOLL_SONARQUBE_PROJECTS, the keys of the projects that are asked.",
    );
  }
  const token = env["PLIMSOLL_SONARQUBE_TOKEN"] ?? "";
  return Object.freeze({ url, token: token === "" ? null : token, projects: Object.freeze(projects) });
}
