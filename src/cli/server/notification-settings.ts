/** What a registry is told so that it tells the server of pushes. */

export interface NotificationSettings {
  readonly org: string;
  /** Where the registry posts: `http://127.0.0.1:7300/api/v1/orgs/acme/…`. */
  readonly url: string;
  /** Token of scope analyse; shown once. */
  readonly token: string;
}

/**
 * Lines for `config.yml` of the distribution registry (Debian's docker-registry), which takes the header as a list. Events of
 * blobs and pulls are not sent: they say nothing about tags. References tell a chart or a signature from an image, so that nothing
 * is fetched for those.
 */
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
