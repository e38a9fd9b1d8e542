/** Icons, drawn here: 16 units wide, lines in the colour of the text. They decorate; the words beside them carry the meaning. */
import type { ReactElement } from "react";

/** Path of each icon, in a box of 16 by 16. */
const paths = {
  add: "M8 3v10M3 8h10",
  alert: "M8 2 14.5 13.5h-13ZM8 6.5v3.2M8 11.8v.1",
  arrowDown: "M8 3v10M4 9l4 4 4-4",
  arrowUp: "M8 13V3M4 7l4-4 4 4",
  bell: "M4 11.5V7a4 4 0 0 1 8 0v4.5M2.5 11.5h11M6.7 14h2.6",
  check: "M3 8.5 6.5 12 13 4.5",
  chevronDown: "M4 6l4 4 4-4",
  chevronRight: "M6 4l4 4-4 4",
  close: "M4 4l8 8M12 4l-8 8",
  columns: "M2.5 3h11v10h-11ZM6.2 3v10M9.8 3v10",
  copy: "M5.5 5.5h8v8h-8ZM10.5 5.5v-3h-8v8h3",
  database: "M3 4c0-2.4 10-2.4 10 0v8c0 2.4-10 2.4-10 0ZM3 4c0 2.4 10 2.4 10 0M3 8c0 2.4 10 2.4 10 0",
  download: "M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10",
  edit: "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3Z",
  events: "M2.5 8.5h2.6L7 3.5l2.5 9 1.6-4h2.4",
  exception: "M3 2.5h7L13 5.5v8H3ZM5.5 8.5 7.3 10.3 10.6 6.8",
  external: "M9 3h4v4M13 3 7.5 8.5M11 9.5V13H3V5h3.5",
  image: "M8 2 13.5 5v6L8 14 2.5 11V5ZM2.5 5 8 8l5.5-3M8 8v6",
  info: "M8 1.8a6.2 6.2 0 1 1 0 12.4A6.2 6.2 0 0 1 8 1.8ZM8 7.3v3.6M8 5v.1",
  key: "M10.2 2.5a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6ZM7.9 8.2 2.5 13.5M4.6 11.4l1.8 1.8",
  menu: "M2.5 4.5h11M2.5 8h11M2.5 11.5h11",
  minus: "M3 8h10",
  more: "M3 8h.8M7.6 8h.8M12.2 8h.8",
  overview: "M2.5 8.5h4v5h-4ZM2.5 2.5h4v3h-4ZM9.5 2.5h4v5h-4ZM9.5 10.5h4v3h-4Z",
  play: "M5 3.5 12.5 8 5 12.5Z",
  policy: "M8 1.8 13 3.6V8c0 3-2.2 5-5 6.2C5.2 13 3 11 3 8V3.6ZM5.7 8 7.4 9.7 10.4 6.4",
  question: "M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.1",
  refresh: "M13 8a5 5 0 1 1-1.5-3.6M13 2v3h-3",
  search: "M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9ZM10.3 10.3 13.5 13.5",
  settings: "M2.5 4.5h5M10.5 4.5h3M9 3v3M2.5 8h2M7.5 8h6M6 6.5v3M2.5 11.5h6M11.5 11.5h2M10 10v3",
  sort: "M5 6.5 8 3.5l3 3M5 9.5l3 3 3-3",
  trash: "M3 4.5h10M6 4.5v-2h4v2M4.3 4.5l.6 9h6.2l.6-9M6.7 7v4M9.3 7v4",
  user: "M8 2.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6ZM2.8 13.8c.6-3 2.6-4.3 5.2-4.3s4.6 1.3 5.2 4.3",
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name, className }: { name: IconName; className?: string }): ReactElement {
  return (
    <svg
      viewBox="0 0 16 16"
      className={`inline-block size-4 shrink-0 ${className ?? ""}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={paths[name]} />
    </svg>
  );
}
