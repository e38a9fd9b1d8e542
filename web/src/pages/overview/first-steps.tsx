/** What is left to do until there is an image to show. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement, ReactNode } from "react";
import type { RegistryView, RepositoryView } from "../../../../src/api/rest/registries.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { Icon } from "../../parts/icon.tsx";
import { TextLink } from "../../parts/link.tsx";

export function FirstSteps(): ReactElement {
  const { org } = useOrg();
  const registries = useQuery({
    queryKey: orgKey(org, "registries"),
    queryFn: ({ signal }) =>
      get<{ registries: readonly RegistryView[] }>(orgPath(org, "registries"), { signal }),
  });
  const repositories = useQuery({
    queryKey: orgKey(org, "repositories", "first"),
    queryFn: ({ signal }) =>
      get<{ entries: readonly RepositoryView[] }>(orgPath(org, "repositories"), {
        query: { enabled: true, limit: 1 },
        signal,
      }),
  });
  const host = registries.data?.registries[0]?.host;
  const first = repositories.data?.entries[0]?.fullName;
  return (
    <section
      aria-labelledby="first-steps"
      className="mb-6 rounded-lg border border-dashed border-line-strong p-5"
    >
      <h2 id="first-steps" className="text-lg font-semibold">
        Three steps to the first image
      </h2>
      <ol className="mt-3 space-y-3">
        <Step isDone={host !== undefined} number={1}>
          <TextLink to="/o/$org/settings/registries" params={{ org }} search={{}}>
            Connect the registry
          </TextLink>{" "}
          that you push to, and let it tell of pushes.
        </Step>
        <Step isDone={first !== undefined} number={2}>
          <TextLink to="/o/$org/settings/repositories" params={{ org }} search={{}}>
            Enable a repository
          </TextLink>
          : what is pushed to it is analysed.
        </Step>
        <Step isDone={false} number={3}>
          Push an image. It appears here within seconds:
          <code className="mt-1 block font-mono text-sm [overflow-wrap:anywhere]">
            docker push {first ?? `${host ?? "registry.example.com"}/${org}/my-app`}:1.0
          </code>
        </Step>
      </ol>
    </section>
  );
}

interface StepProps {
  readonly number: number;
  readonly isDone: boolean;
  readonly children: ReactNode;
}

function Step({ number, isDone, children }: StepProps): ReactElement {
  return (
    <li className="flex items-start gap-3">
      <span
        className={`inline-flex size-6 shrink-0 items-center justify-center rounded-full text-sm font-semibold ${isDone ? "bg-met-soft text-met" : "bg-accent-soft text-accent"}`}
      >
        {isDone ? <Icon name="check" className="size-3.5" /> : number}
        {isDone && <span className="sr-only">Done: </span>}
      </span>
      <div className="min-w-0">{children}</div>
    </li>
  );
}
