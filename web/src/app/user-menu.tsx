/** Who is signed in, light or dark, and the way out. */
import { useState, type ReactElement } from "react";
import { useSignedIn } from "../api/session.ts";
import { printable } from "../display/printable.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { Menu, MenuChoice, MenuEntry, MenuHeading, MenuLine, MenuLink } from "../parts/menu.tsx";
import { chooseTheme, readTheme, type Theme } from "../theme/theme.ts";
import { useSignOut } from "./use-sign-out.ts";

const themeOptions: readonly { value: Theme; label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

export function UserMenu({ org }: { org: string }): ReactElement {
  const { account } = useSignedIn();
  const [theme, setTheme] = useState(readTheme);
  const signOut = useSignOut();
  return (
    <Menu
      trigger={
        <IconButton icon="user" label={`Account of ${printable(account.displayName, { charsMax: 60 })}`} />
      }
    >
      <MenuHeading>
        Signed in as <bdi>{printable(account.name, { charsMax: 60 })}</bdi>
      </MenuHeading>
      <MenuLink to="/o/$org/account" params={{ org }}>
        Your account
      </MenuLink>
      <MenuLine />
      <MenuChoice
        label="Colours"
        value={theme}
        options={themeOptions}
        onChange={(chosen) => {
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      />
      <MenuLine />
      <MenuEntry onSelect={() => void signOut()}>Sign out</MenuEntry>
    </Menu>
  );
}
