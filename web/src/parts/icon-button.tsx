/** A button that shows an icon only; `label` is its name, and its title. */
import type { ComponentProps, ReactElement } from "react";
import { Icon, type IconName } from "./icon.tsx";

export interface IconButtonProps extends ComponentProps<"button"> {
  readonly icon: IconName;
  readonly label: string;
}

export function IconButton({ icon, label, className, ...rest }: IconButtonProps): ReactElement {
  return (
    <button
      type="button"
      title={label}
      {...rest}
      aria-label={label}
      className={`inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted transition-colors hover:bg-sunken hover:text-text ${className ?? ""}`}
    >
      <Icon name={icon} />
    </button>
  );
}
