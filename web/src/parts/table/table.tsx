/**
 * A table of rows: sorted by its head, columns chosen by the reader, head always in sight. Long ones draw only the rows in sight,
 * so that 100,000 cost no more than 100. See `column.ts` for what a page writes.
 */
import {
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
  type ColumnDef,
  type SortingState,
} from "@tanstack/react-table";
import { useMemo, useState, type ReactElement, type ReactNode } from "react";
import { IconButton } from "../icon-button.tsx";
import { Menu, MenuCheck, MenuHeading } from "../menu.tsx";
import { useColumnChoice, type ColumnChoice } from "./column-choice.ts";
import type { Column, Sort } from "./column.ts";
import { compareKeys, sortKey, type SortValue } from "./sort-key.ts";
import { TableGrid } from "./table-grid.tsx";

export interface TableProps<Row> {
  /** Names the table for readers of the screen. */
  readonly label: string;
  /** Names the choice of columns that is kept in the browser. */
  readonly id: string;
  /** Made once (outside of the component, or by `useMemo`). */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** Where the server sorts: its order, and how to ask for another. Without it the table sorts what it has. */
  readonly sort?: Sort;
  readonly onSort?: (sort: Sort) => void;
  /** Order at first where the table sorts; absent: as the rows come. */
  readonly firstSort?: Sort;
  /** Least width before it scrolls sideways: `60rem`. */
  readonly widthMin?: string;
  /** Shown instead of the table when there are no rows. */
  readonly empty: ReactNode;
  /** Filters, left above the table, with the choice of columns at their end. Short tables have neither. */
  readonly toolbar?: ReactNode;
  /** Rows are about to be replaced: filtered, sorted or asked for again. */
  readonly busy?: boolean;
}

const features = tableFeatures({
  rowSortingFeature,
  columnVisibilityFeature,
  sortedRowModel: createSortedRowModel(),
});
type Features = typeof features;

export function Table<Row extends object>(props: TableProps<Row>): ReactElement {
  const { columns, rows, rowKey, sort, onSort, firstSort, toolbar, empty } = props;
  const [ownSort, setOwnSort] = useState<Sort | null>(firstSort ?? null);
  const serverSorts = onSort !== undefined;
  const shownSort = serverSorts ? (sort ?? null) : ownSort;
  const choice = useColumnChoice(props.id, columns);
  const definitions = useMemo(() => columns.map(toDefinition), [columns]);
  const sorting = useMemo<SortingState>(
    () => toSorting(serverSorts ? null : ownSort),
    [serverSorts, ownSort],
  );
  const table = useTable<Features, Row>({
    features,
    columns: definitions,
    data: rows as Row[],
    getRowId: rowKey,
    state: { sorting, columnVisibility: choice.visibility },
  });
  const sorted = table.getRowModel().rows;
  const shown = useMemo(
    () => columns.filter(({ id }) => choice.visibility[id]),
    [columns, choice.visibility],
  );
  return (
    <div>
      {toolbar !== undefined && (
        <div className="mb-3 flex flex-wrap items-end justify-between gap-3">
          <div className="flex min-w-0 flex-1 flex-wrap items-end gap-3">{toolbar}</div>
          <ColumnMenu columns={columns} choice={choice} />
        </div>
      )}
      {rows.length === 0 ? (
        empty
      ) : (
        <TableGrid<Row>
          label={props.label}
          columns={shown}
          rows={sorted}
          sort={shownSort}
          serverSorts={serverSorts}
          onSort={onSort ?? setOwnSort}
          widthMin={props.widthMin ?? "40rem"}
          busy={props.busy ?? false}
        />
      )}
    </div>
  );
}

function toDefinition<Row extends object>({ id, sortBy }: Column<Row>): ColumnDef<Features, Row> {
  return {
    id,
    // Asked for once a row; what has no value stands last in both directions.
    accessorFn: (row) => {
      const value = sortBy?.(row) ?? null;
      return value === null ? undefined : sortKey(value);
    },
    enableSorting: sortBy !== undefined,
    sortUndefined: "last",
    sortFn: (a, b, column) => compareKeys(a.getValue<SortValue>(column), b.getValue<SortValue>(column)),
  };
}

function toSorting(sort: Sort | null): SortingState {
  return sort === null ? [] : [{ id: sort.column, desc: sort.direction === "desc" }];
}

interface ColumnMenuProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly choice: ColumnChoice;
}

function ColumnMenu<Row>({ columns, choice }: ColumnMenuProps<Row>): ReactElement {
  return (
    <Menu trigger={<IconButton icon="columns" label="Choose columns" />}>
      <MenuHeading>Columns</MenuHeading>
      {columns
        .filter(({ isHead }) => isHead !== true)
        .map(({ id, header }) => (
          <MenuCheck
            key={id}
            checked={choice.visibility[id] === true}
            onChange={(shown) => choice.show(id, shown)}
          >
            {header}
          </MenuCheck>
        ))}
    </Menu>
  );
}
