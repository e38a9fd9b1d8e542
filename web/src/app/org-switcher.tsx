/** The organisation that is looked at, and the others that the reader is a member of. */
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";
import { useSignedIn } from "../api/session.ts";
import { Button } from "../parts/button.tsx";
import { Icon } from "../parts/icon.tsx";
import { Menu, MenuChoice } from "../parts/menu.tsx";

export function OrgSwitcher({ org }: { org: string }): ReactElement {
  const { organisations } = useSignedIn();
  const navigate = useNavigate();
  return (
    <Menu
      align="start"
      trigger={
        <Button
          look="quiet"
          aria-label={`Organisation ${org}. Choose another`}
          className="max-w-56 font-semibold"
        >
          <span className="truncate">{org}</span>
          <Icon name="chevronDown" className="text-muted" />
        </Button>
      }
    >
      <MenuChoice
        label="Organisation"
        value={org}
        options={organisations.map(({ name, role }) => ({ value: name, label: `${name} (${role})` }))}
        onChange={(chosen) => void navigate({ to: "/o/$org/overview", params: { org: chosen } })}
      />
    </Menu>
  );
}
