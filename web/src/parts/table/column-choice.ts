/** Which columns of a table are shown: kept in the browser, by the table's id. */
import { useMemo, useState } from "react";
import type { Column } from "./column.ts";

/** Column id -> shown. Only what was chosen; other columns are as the page says. */
type Choice = Readonly<Record<string, boolean>>;

const key = (table: string): string => `plimsoll.columns.${table}`;

export interface ColumnChoice {
  readonly visibility: Record<string, boolean>;
  readonly show: (column: string, shown: boolean) => void;
}

export function useColumnChoice<Row>(table: string, columns: readonly Column<Row>[]): ColumnChoice {
  const [choice, setChoice] = useState<Choice>(() => readChoice(table));
  const visibility = useMemo(
    () =>
      Object.fromEntries(
        columns.map(({ id, isHead, hiddenAtFirst }) => [
          id,
          isHead === true || (choice[id] ?? hiddenAtFirst !== true),
        ]),
      ),
    [columns, choice],
  );
  const show = (column: string, shown: boolean): void => {
    const next = { ...choice, [column]: shown };
    setChoice(next);
    try {
      localStorage.setItem(key(table), JSON.stringify(next));
    } catch {
      // The choice lasts until the page is left.
    }
  };
  return { visibility, show };
}

function readChoice(table: string): Choice {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key(table)) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(
      Object.entries(kept).filter((entry): entry is [string, boolean] => typeof entry[1] === "boolean"),
    );
  } catch {
    return {};
  }
}
