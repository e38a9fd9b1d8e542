/** A button. While `busy` it keeps its words and its focus, and cannot be pressed again. */
import type { ComponentProps, ReactElement } from "react";
import { Icon, type IconName } from "./icon.tsx";

export type ButtonLook = "primary" | "secondary" | "quiet" | "danger";

export interface ButtonProps extends ComponentProps<"button"> {
  readonly look?: ButtonLook;
  readonly size?: "md" | "sm";
  readonly icon?: IconName;
  readonly busy?: boolean;
}

const looks: Readonly<Record<ButtonLook, string>> = {
  primary: "bg-accent text-on-accent hover:bg-accent-strong border-transparent",
  secondary: "bg-surface text-text border-line-strong hover:bg-sunken",
  quiet: "bg-transparent text-text border-transparent hover:bg-sunken",
  danger: "bg-danger text-on-danger hover:bg-danger-strong border-transparent",
};

/** Classes of a button, for links that look like one. */
export function buttonClasses(look: ButtonLook, size: "md" | "sm"): string {
  const box = size === "md" ? "min-h-9 px-3.5 text-base" : "min-h-7 px-2.5 text-sm";
  return `inline-flex items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap transition-colors disabled:opacity-55 disabled:hover:bg-inherit aria-disabled:opacity-70 ${box} ${looks[look]}`;
}

export function Button(props: ButtonProps): ReactElement {
  const {
    look = "secondary",
    size = "md",
    icon,
    busy = false,
    className,
    children,
    onClick,
    ...rest
  } = props;
  return (
    <button
      type="button"
      {...rest}
      className={`${buttonClasses(look, size)} ${className ?? ""}`}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      // Not `disabled`: the focus would fall to the page, and a reader of the screen would lose its place.
      onClick={busy ? (event) => event.preventDefault() : onClick}
    >
      {icon !== undefined && <Icon name={busy ? "refresh" : icon} className={busy ? "animate-spin" : ""} />}
      {busy && icon === undefined && <Icon name="refresh" className="animate-spin" />}
      {children}
    </button>
  );
}
