/** What a registry is told so that it tells the server of pushes. The same lines as `plimsoll registry add` prints; a test compares. */

export interface NotificationSettings {
  readonly org: string;
  /** Where the registry posts: `http://127.0.0.1:7300/api/v1/orgs/acme/…`. */
  readonly url: string;
  /** Token of scope analyse. */
  readonly token: string;
}

/** Stands where the token goes as long as there is none. */
export const TOKEN_TO_COME = "TOKEN";

/** Lines for `config.yml` of the distribution registry, Debian's docker-registry. */
export function distributionSettings({ org, url, token }: NotificationSettings): string {
  return `notifications:
  events:
    includereferences: true
  endpoints:
    - name: plimsoll-${org}
      url: ${url}
      headers:
        Authorization: [Bearer ${token}]
      timeout: 5s
      threshold: 5
      backoff: 2s
      ignoredmediatypes: [application/octet-stream]
      ignore:
        actions: [pull]
`;
}
