/** Every version of a policy: who saved it, when, and what it asked for. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PolicyVersionView } from "../../../../src/api/rest/policies.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { PlainText } from "../../parts/plain-text.tsx";
import { QueryView } from "../../parts/query-view.tsx";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { effectWords } from "./words.ts";

export function PolicyVersions({ policyId }: { policyId: string }): ReactElement {
  const { org } = useOrg();
  const versions = useQuery({
    queryKey: orgKey(org, "policies", policyId, "versions"),
    queryFn: ({ signal }) =>
      get<{ versions: readonly PolicyVersionView[] }>(orgPath(org, "policies", policyId, "versions"), {
        signal,
      }),
  });
  return (
    <QueryView query={versions} what="the versions">
      {(answer) => (
        <ol className="space-y-3">
          {answer.versions.map((version) => (
            <li key={version.version} className="rounded-lg border border-line bg-surface p-4">
              <p className="font-medium">
                Version {version.version}: <PlainText text={version.title} charsMax={200} />
              </p>
              <p className="text-sm text-muted">
                <PlainText text={version.createdBy} charsMax={100} />, <TimeAgo time={version.createdAt} />;{" "}
                {version.enabled ? "enabled" : "disabled"}, {effectWords[version.effect].toLowerCase()},
                weight {version.weight}
              </p>
              <pre className="mt-2 rounded-md bg-sunken p-3 font-mono text-sm">
                <PlainText text={JSON.stringify(version.config, null, 2)} lines charsMax={20_000} />
              </pre>
            </li>
          ))}
        </ol>
      )}
    </QueryView>
  );
}
