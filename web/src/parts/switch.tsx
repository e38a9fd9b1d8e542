/** On or off, at once: a policy, a repository. The words beside it say which. */
import { Switch as Radix } from "radix-ui";
import { useId, type ReactElement } from "react";

export interface SwitchProps {
  /** Names what is switched: `Enabled`, or the thing itself where several stand in a table. */
  readonly label: string;
  /** Leaves the label to readers of the screen. */
  readonly hideLabel?: boolean;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
}

export function Switch({
  label,
  hideLabel = false,
  checked,
  disabled = false,
  onChange,
}: SwitchProps): ReactElement {
  const id = useId();
  return (
    <span className="inline-flex items-center gap-2">
      <Radix.Root
        id={id}
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="relative h-5 w-9 shrink-0 rounded-full border border-line-strong bg-sunken transition-colors disabled:opacity-55 data-[state=checked]:border-accent data-[state=checked]:bg-accent"
      >
        <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-line-strong transition-transform data-[state=checked]:translate-x-[1.1875rem] data-[state=checked]:bg-on-accent" />
      </Radix.Root>
      <label htmlFor={id} className={hideLabel ? "sr-only" : ""}>
        {label}
      </label>
    </span>
  );
}
