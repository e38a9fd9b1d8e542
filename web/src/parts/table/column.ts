/** A column of a table, as pages write it. */
import type { ReactNode } from "react";
import type { SortValue } from "./sort-key.ts";

export interface Column<Row> {
  /** Kept in the browser with the choice of columns, so it does not change. */
  readonly id: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  /** What the table sorts by; null stands last in both directions. Absent: the column cannot be sorted by the table. */
  readonly sortBy?: (row: Row) => SortValue | null;
  /** The server sorts by this column (see `onSort`). */
  readonly serverSort?: boolean;
  readonly align?: "start" | "end";
  /** CSS width, `8rem`; columns without one share what is left. */
  readonly width?: string;
  /** The column that names the row: it cannot be hidden, and is the head of its row for readers of the screen. */
  readonly isHead?: boolean;
  readonly hiddenAtFirst?: boolean;
}

export interface Sort {
  readonly column: string;
  readonly direction: "asc" | "desc";
}
