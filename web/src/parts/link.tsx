/** Links: to a page of the dashboard (typed by its routes), the same with the look of a button, and out of the dashboard. */
import { createLink } from "@tanstack/react-router";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { buttonClasses, type ButtonLook } from "./button.tsx";
import { Icon, type IconName } from "./icon.tsx";

const inText =
  "text-accent underline decoration-1 underline-offset-2 hover:text-accent-strong hover:decoration-2";

function TextAnchor({ className, children, ...rest }: ComponentProps<"a">): ReactElement {
  return (
    <a {...rest} className={`${inText} ${className ?? ""}`}>
      {children}
    </a>
  );
}

/** A link in text: `<TextLink to="/o/$org/images" params={{ org }}>Images</TextLink>`. */
export const TextLink = createLink(TextAnchor);

interface ButtonAnchorProps extends ComponentProps<"a"> {
  readonly look?: ButtonLook;
  readonly size?: "md" | "sm";
  readonly icon?: IconName;
}

function ButtonAnchor(props: ButtonAnchorProps): ReactElement {
  const { look = "secondary", size = "md", icon, className, children, ...rest } = props;
  return (
    <a {...rest} className={`${buttonClasses(look, size)} ${className ?? ""}`}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </a>
  );
}

/** A link that looks like a button: it leads somewhere, so it is a link. */
export const ButtonLink = createLink(ButtonAnchor);

/** A file of the API: `href` from `apiAddress`. */
export function DownloadLink(props: { href: string; fileName?: string; children: ReactNode }): ReactElement {
  return (
    <a href={props.href} download={props.fileName ?? ""} className={buttonClasses("secondary", "md")}>
      <Icon name="download" />
      {props.children}
    </a>
  );
}

/**
 * A link out of the dashboard, which tells the other side nothing of where it was found. Only web addresses become links: one
 * that came with an advisory or an image may be anything.
 */
export function ExternalLink({ href, children }: { href: string; children: ReactNode }): ReactElement {
  if (!/^https?:\/\//i.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer" className={inText}>
      {children}
      <Icon name="external" className="ml-0.5 size-3 align-[-0.05em]" />
      <span className="sr-only"> (opens in a new tab)</span>
    </a>
  );
}
