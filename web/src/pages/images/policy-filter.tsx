/** Which policy the filter "Compliance" speaks about; all of them together where none is chosen. */
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PolicyView } from "../../../../src/api/rest/policies.ts";
import { get, orgPath } from "../../api/client.ts";
import { orgKey } from "../../api/keys.ts";
import { useOrg } from "../../app/use-org.ts";
import { useSearchText, useSetSearch } from "../../app/use-search-text.ts";
import { printable } from "../../display/printable.ts";
import { Select } from "../../parts/select.tsx";

export function PolicyFilter(): ReactElement {
  const { org } = useOrg();
  const policy = useSearchText("policy");
  const setSearch = useSetSearch();
  const policies = useQuery({
    queryKey: orgKey(org, "policies"),
    queryFn: ({ signal }) => get<{ policies: readonly PolicyView[] }>(orgPath(org, "policies"), { signal }),
  });
  const enabled = policies.data?.policies.filter((row) => row.enabled || row.id === policy) ?? [];
  return (
    <Select
      label="Policy"
      value={enabled.some(({ id }) => id === policy) ? policy : ""}
      onChange={(value) => setSearch({ policy: value })}
      options={[
        { value: "", label: "All policies" },
        ...enabled.map(({ id, title }) => ({ value: id, label: printable(title, { charsMax: 60 }) })),
      ]}
    />
  );
}
