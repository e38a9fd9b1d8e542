/**
 * A menu of actions, links or choices. Not modal: nothing here needs the page to be held still. It stands in the page where its
 * button is, so that it belongs to the same landmark.
 */
import { createLink } from "@tanstack/react-router";
import { DropdownMenu } from "radix-ui";
import type { ComponentProps, ReactElement, ReactNode } from "react";
import { Icon, type IconName } from "./icon.tsx";

export interface MenuProps {
  /** A `<Button>` or `<IconButton>`. */
  readonly trigger: ReactElement;
  readonly align?: "start" | "end";
  readonly children: ReactNode;
}

export function Menu({ trigger, align = "end", children }: MenuProps): ReactElement {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Content
        align={align}
        sideOffset={4}
        collisionPadding={8}
        className="z-50 max-h-[min(70vh,var(--radix-dropdown-menu-content-available-height))] min-w-48 max-w-80 overflow-y-auto rounded-lg border border-line bg-raised p-1 shadow-lg"
      >
        {children}
      </DropdownMenu.Content>
    </DropdownMenu.Root>
  );
}

const entry =
  "flex min-h-8 items-center gap-2 rounded-md px-2.5 py-1 outline-none select-none data-highlighted:bg-accent-soft data-disabled:opacity-55";

export interface MenuEntryProps {
  readonly icon?: IconName;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

export function MenuEntry({
  icon,
  danger = false,
  disabled = false,
  onSelect,
  children,
}: MenuEntryProps): ReactElement {
  return (
    <DropdownMenu.Item
      disabled={disabled}
      onSelect={onSelect}
      className={`${entry} ${danger ? "text-danger" : ""}`}
    >
      {icon !== undefined && <Icon name={icon} className={danger ? "" : "text-muted"} />}
      {children}
    </DropdownMenu.Item>
  );
}

function MenuAnchor({ children, ...rest }: ComponentProps<"a">): ReactElement {
  return (
    <DropdownMenu.Item asChild className={entry}>
      <a {...rest}>{children}</a>
    </DropdownMenu.Item>
  );
}

/** An entry that leads to a page: `<MenuLink to="/o/$org/account" params={{ org }}>`. */
export const MenuLink = createLink(MenuAnchor);

/** A choice that is on or off; the menu stays open, so that several can be made. */
export function MenuCheck(props: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}): ReactElement {
  return (
    <DropdownMenu.CheckboxItem
      checked={props.checked}
      onCheckedChange={props.onChange}
      onSelect={(event) => event.preventDefault()}
      className={entry}
    >
      <span className="inline-flex size-4 items-center justify-center rounded-sm border border-line-strong">
        <DropdownMenu.ItemIndicator className="inline-flex">
          <Icon name="check" className="size-3 text-accent" />
        </DropdownMenu.ItemIndicator>
      </span>
      {props.children}
    </DropdownMenu.CheckboxItem>
  );
}

/** One of several: `<MenuChoice value onChange options>`. */
export function MenuChoice<Value extends string>(props: {
  label: string;
  value: Value;
  options: readonly { readonly value: Value; readonly label: string }[];
  onChange: (value: Value) => void;
}): ReactElement {
  return (
    <DropdownMenu.RadioGroup
      value={props.value}
      onValueChange={(value) => props.onChange(value as Value)}
      aria-label={props.label}
    >
      <MenuHeading>{props.label}</MenuHeading>
      {props.options.map(({ value, label }) => (
        <DropdownMenu.RadioItem key={value} value={value} className={entry}>
          <span className="inline-flex size-4 items-center justify-center">
            <DropdownMenu.ItemIndicator className="inline-flex">
              <Icon name="check" className="text-accent" />
            </DropdownMenu.ItemIndicator>
          </span>
          <bdi>{label}</bdi>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export function MenuHeading({ children }: { children: ReactNode }): ReactElement {
  return (
    <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-muted">
      {children}
    </DropdownMenu.Label>
  );
}

export function MenuLine(): ReactElement {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}
