/**
 * Takes the place of the package `react-remove-scroll` (see vite.config.ts), with which Radix holds the page still below what is
 * modal. That one injects style elements, which the policy of the page forbids; ours leaves the holding to `theme.css`, by the
 * attribute `data-scrim`.
 */
import type { ElementType, ReactElement, ReactNode, Ref } from "react";

interface RemoveScrollProps {
  readonly as?: ElementType;
  readonly children?: ReactNode;
  readonly ref?: Ref<HTMLElement>;
  readonly allowPinchZoom?: boolean;
  readonly shards?: unknown;
  readonly enabled?: boolean;
}

export function RemoveScroll(props: RemoveScrollProps): ReactElement {
  const { as: As = "div", allowPinchZoom: _zoom, shards: _shards, enabled: _enabled, ...rest } = props;
  return <As {...rest} />;
}
