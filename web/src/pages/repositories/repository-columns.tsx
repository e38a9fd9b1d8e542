/** Columns of the list of repositories. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { RepositoryView } from "../../../../src/api/rest/registries.ts";
import { orgPath, patch } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { amount } from "../../display/amounts.ts";
import { printable } from "../../display/printable.ts";
import { TextLink } from "../../parts/link.tsx";
import { RepositoryName } from "../../parts/repository-name.tsx";
import { Switch } from "../../parts/switch.tsx";
import type { Column } from "../../parts/table/column.ts";
import { TimeAgo } from "../../parts/time-ago.tsx";
import { notifyFailure } from "../../parts/toast.tsx";

export const repositoryColumns: readonly Column<RepositoryView>[] = [
  {
    id: "name",
    header: "Repository",
    isHead: true,
    sortBy: ({ fullName }) => fullName,
    cell: (row) => <RepositoryLink row={row} />,
  },
  {
    id: "tags",
    header: "Tags",
    width: "6rem",
    align: "end",
    sortBy: ({ tagCount }) => tagCount,
    cell: ({ tagCount }) => amount(tagCount),
  },
  {
    id: "pushed",
    header: "Last push",
    width: "10rem",
    sortBy: ({ lastPushedAt }) => lastPushedAt,
    cell: ({ lastPushedAt }) => <TimeAgo time={lastPushedAt} />,
  },
  {
    id: "enabled",
    header: "Enabled",
    width: "7rem",
    sortBy: ({ enabled }) => (enabled ? 0 : 1),
    cell: (row) => <EnabledSwitch row={row} />,
  },
];

function RepositoryLink({ row }: { row: RepositoryView }): ReactElement {
  const { org } = useOrg();
  if (!row.enabled || row.tagCount === 0) return <RepositoryName name={row.fullName} />;
  return (
    <TextLink to="/o/$org/images" params={{ org }} search={{ q: row.fullName }}>
      <span className="sr-only">Images of </span>
      <RepositoryName name={row.fullName} />
    </TextLink>
  );
}

function EnabledSwitch({ row }: { row: RepositoryView }): ReactElement {
  const { org, may } = useOrg();
  const client = useQueryClient();
  const change = useMutation({
    mutationFn: (enabled: boolean) => patch(orgPath(org, "repositories", row.id), { enabled }),
    onError: (error) => notifyFailure("The repository was not changed.", error),
    onSettled: async () => {
      await client.invalidateQueries({ queryKey: orgKey(org, "repositories") });
      await client.invalidateQueries({ queryKey: orgKey(org, "overview") });
      await client.invalidateQueries({ queryKey: orgKey(org, "images") });
    },
  });
  const isOn = change.isPending ? change.variables : row.enabled;
  if (!may("manage-repositories")) return <>{isOn ? "Yes" : "No"}</>;
  return (
    <Switch
      label={`${printable(row.fullName, { charsMax: 200 })} enabled`}
      hideLabel
      checked={isOn}
      disabled={change.isPending}
      onChange={(enabled) => change.mutate(enabled)}
    />
  );
}
