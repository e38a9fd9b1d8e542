/** Who is signed in, light or dark, and the way out. */
import { useQueryClient } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { post, setCsrf } from "../api/client.ts";
import { sessionKey } from "../api/keys.ts";
import { useSignedIn } from "../api/session.ts";
import { printable } from "../display/printable.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { Menu, MenuChoice, MenuEntry, MenuHeading, MenuLine, MenuLink } from "../parts/menu.tsx";
import { notifyFailure } from "../parts/toast.tsx";
import { chooseTheme, readTheme, type Theme } from "../theme/theme.ts";

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

/** Ends the session, and forgets everything that it was shown. */
function useSignOut(): () => Promise<void> {
  const client = useQueryClient();
  return async () => {
    try {
      await post("/session/sign-out");
    } catch (error) {
      notifyFailure("You are still signed in.", error);
      return;
    }
    setCsrf(null);
    client.clear();
    client.setQueryData(sessionKey, null);
  };
}
