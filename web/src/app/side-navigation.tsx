/** The pages of an organisation. */
import { createLink } from "@tanstack/react-router";
import type { ComponentProps, ReactElement } from "react";
import { Icon, type IconName } from "../parts/icon.tsx";

interface EntryProps extends ComponentProps<"a"> {
  readonly icon: IconName;
}

function Entry({ icon, className, children, ...rest }: EntryProps): ReactElement {
  return (
    <a
      {...rest}
      className={`flex min-h-9 items-center gap-2.5 rounded-md px-2.5 text-text hover:bg-sunken aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent ${className ?? ""}`}
    >
      <Icon name={icon} />
      {children}
    </a>
  );
}

const NavLink = createLink(Entry);

export function SideNavigation({ org, onNavigate }: { org: string; onNavigate?: () => void }): ReactElement {
  const params = { org };
  return (
    // A press on any of the links closes the drawer that holds them on a small screen.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- the links themselves are pressed
    <nav aria-label="Pages" onClick={onNavigate}>
      <ul className="space-y-0.5">
        <li>
          <NavLink icon="overview" to="/o/$org/overview" params={params}>
            Overview
          </NavLink>
        </li>
        <li>
          <NavLink icon="policy" to="/o/$org/policies" params={params}>
            Policies
          </NavLink>
        </li>
        <li>
          <NavLink icon="image" to="/o/$org/images" params={params}>
            Images
          </NavLink>
        </li>
        <li>
          <NavLink icon="exception" to="/o/$org/exceptions" params={params}>
            Exceptions
          </NavLink>
        </li>
        <li>
          <NavLink icon="events" to="/o/$org/events" params={params}>
            Events
          </NavLink>
        </li>
        <li className="mt-3 border-t border-line pt-3">
          <NavLink icon="settings" to="/o/$org/settings" params={params} activeOptions={{ exact: false }}>
            Settings
          </NavLink>
        </li>
      </ul>
    </nav>
  );
}
