/**
 * Around every page of an organisation: who is looking at what, where else there is to go. Lets in members only; the server
 * would answer nobody else anyway.
 */
import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams, useRouter } from "@tanstack/react-router";
import { Suspense, useEffect, useState, type ReactElement } from "react";
import { sessionQuery } from "../api/session.ts";
import { ButtonLink } from "../parts/link.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { Logo } from "../parts/logo.tsx";
import { PageHeader } from "../parts/page-header.tsx";
import { EmptyState, FailedState, LoadingState } from "../parts/states.tsx";
import { keepLastOrg } from "./last-org.ts";
import { LiveMark } from "./live-mark.tsx";
import { NoticesBell } from "./notices-bell.tsx";
import { OrgSwitcher } from "./org-switcher.tsx";
import { SideNavigation } from "./side-navigation.tsx";
import { UserMenu } from "./user-menu.tsx";
import { useLive } from "./use-live.ts";

export function OrgShell(): ReactElement {
  const { org } = useParams({ from: "/o/$org" });
  const { data: session, error, refetch } = useQuery(sessionQuery);
  if (session === undefined)
    return error === null ? (
      <LoadingState what="your account" />
    ) : (
      <div className="mx-auto max-w-3xl p-6">
        <FailedState error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (session === null) return <ToSignIn />;
  if (!session.organisations.some(({ name }) => name === org)) return <NotAMember org={org} />;
  return <Frame key={org} org={org} />;
}

function Frame({ org }: { org: string }): ReactElement {
  const live = useLive(org);
  const [menuOpen, setMenuOpen] = useState(false);
  useEffect(() => keepLastOrg(org), [org]);
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-md bg-accent px-4 py-2 text-on-accent focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-40 flex h-14 items-center gap-2 border-b border-line bg-surface px-4">
        <IconButton
          icon={menuOpen ? "close" : "menu"}
          label={menuOpen ? "Close the menu" : "Open the menu"}
          aria-expanded={menuOpen}
          aria-controls="side"
          onClick={() => setMenuOpen(!menuOpen)}
          className="lg:hidden"
        />
        <Logo />
        <span className="hidden font-semibold tracking-tight sm:inline">Plimsoll</span>
        <span className="mx-1 hidden h-5 w-px bg-line sm:block" aria-hidden="true" />
        <OrgSwitcher org={org} />
        <div className="ml-auto flex items-center gap-1">
          <LiveMark state={live} />
          <NoticesBell org={org} />
          <UserMenu org={org} />
        </div>
      </header>
      <div className="lg:grid lg:min-h-[calc(100dvh-3.5rem)] lg:grid-cols-[13.5rem_minmax(0,1fr)]">
        <div
          id="side"
          className={`${menuOpen ? "block" : "hidden"} border-b border-line bg-surface lg:block lg:border-r lg:border-b-0`}
        >
          <div className="p-3 lg:sticky lg:top-14 lg:max-h-[calc(100dvh-3.5rem)] lg:overflow-y-auto">
            <SideNavigation org={org} onNavigate={() => setMenuOpen(false)} />
          </div>
        </div>
        <main
          id="main"
          tabIndex={-1}
          className="mx-auto w-full max-w-[100rem] min-w-0 px-4 py-6 sm:px-6 lg:px-8"
        >
          <Suspense fallback={<LoadingState what="the page" />}>
            <Outlet />
          </Suspense>
        </main>
      </div>
    </>
  );
}

/** To the page for signing in, once, with the way back. The shell stays until that page is loaded, while the address is its own already. */
function ToSignIn(): ReactElement {
  const router = useRouter();
  useEffect(() => {
    const { href, pathname } = router.state.location;
    if (pathname !== "/login") void router.navigate({ to: "/login", search: { next: href }, replace: true });
  }, [router]);
  return <LoadingState what="the page for signing in" />;
}

function NotAMember({ org }: { org: string }): ReactElement {
  return (
    <main className="mx-auto max-w-3xl p-6">
      <PageHeader title="No such organisation" />
      <EmptyState
        title={`You are not a member of ${org.slice(0, 63)}`}
        icon="policy"
        action={
          <ButtonLink to="/" look="primary">
            Go to your organisation
          </ButtonLink>
        }
      >
        It does not exist, or nobody has added you. One of its owners can.
      </EmptyState>
    </main>
  );
}
