/** The drawn table: head, and the rows that are in sight. */
import { useVirtualizer } from "@tanstack/react-virtual";
import { useCallback, useRef, type KeyboardEvent, type ReactElement } from "react";
import { Icon } from "../icon.tsx";
import type { Column, Sort } from "./column.ts";
import { moveByKey } from "./row-keys.ts";

/** Longer tables scroll by themselves and draw only what is in sight. */
const ROWS_DRAWN_MAX = 100;
const ROW_HEIGHT_GUESS_PX = 41;
const OVERSCAN_ROWS = 12;

interface DrawnRow<Row> {
  readonly id: string;
  readonly original: Row;
}

export interface TableGridProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly DrawnRow<Row>[];
  readonly sort: Sort | null;
  readonly serverSorts: boolean;
  readonly onSort: (sort: Sort) => void;
  readonly widthMin: string;
  readonly busy: boolean;
}

export function TableGrid<Row>(props: TableGridProps<Row>): ReactElement {
  const { label, columns, rows, widthMin, busy } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const isLong = rows.length > ROWS_DRAWN_MAX;
  // The same function while the rows are the same: for another one every row is placed anew.
  const keyOf = useCallback((index: number) => rows[index]?.id ?? index, [rows]);
  const virtualizer = useVirtualizer({
    count: rows.length,
    enabled: isLong,
    getScrollElement: () => scroller.current,
    estimateSize: guessHeight,
    getItemKey: keyOf,
    overscan: OVERSCAN_ROWS,
  });
  const inSight = isLong ? virtualizer.getVirtualItems() : null;
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void =>
    moveByKey(event, rows.length, (index) => isLong && virtualizer.scrollToIndex(index));
  return (
    <div
      ref={scroller}
      role="region"
      aria-label={label}
      // Without a link in its rows the keyboard could not scroll it.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      className={`relative rounded-lg border border-line bg-surface ${isLong ? "max-h-[max(24rem,calc(100dvh-18rem))] overflow-auto" : "overflow-x-auto lg:overflow-x-clip"}`}
    >
      <table
        aria-label={label}
        aria-busy={busy || undefined}
        aria-rowcount={isLong ? rows.length + 1 : undefined}
        className={`w-full table-fixed border-separate border-spacing-0 transition-opacity ${busy ? "opacity-60" : ""}`}
        style={{ minWidth: widthMin }}
      >
        <colgroup>
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={isLong ? 1 : undefined}>
            {columns.map((column) => (
              <HeadCell
                key={column.id}
                {...props}
                column={column}
                stickyTop={isLong ? "top-0" : "lg:top-14"}
              />
            ))}
          </tr>
        </thead>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys move between the links in it */}
        <tbody onKeyDown={onKeyDown}>
          <Gap height={inSight?.[0]?.start ?? 0} columnCount={columns.length} />
          {(inSight ?? rows.map((_, index) => ({ index }))).map(({ index }) => (
            <BodyRow
              key={rows[index]?.id ?? index}
              columns={columns}
              rows={rows}
              index={index}
              measure={isLong ? virtualizer.measureElement : null}
            />
          ))}
          <Gap
            height={inSight === null ? 0 : virtualizer.getTotalSize() - (inSight.at(-1)?.end ?? 0)}
            columnCount={columns.length}
          />
        </tbody>
      </table>
    </div>
  );
}

function guessHeight(): number {
  return ROW_HEIGHT_GUESS_PX;
}

interface BodyRowProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly DrawnRow<Row>[];
  readonly index: number;
  /** Tells the height of a row of a long table; null where all rows are drawn. */
  readonly measure: ((element: HTMLTableRowElement | null) => void) | null;
}

function BodyRow<Row>({ columns, rows, index, measure }: BodyRowProps<Row>): ReactElement | null {
  const row = rows[index];
  if (row === undefined) return null;
  return (
    <tr
      ref={measure ?? undefined}
      data-index={index}
      data-row={index}
      aria-rowindex={measure === null ? undefined : index + 2}
      className="hover:bg-sunken"
    >
      {columns.map((column) => (
        <BodyCell key={column.id} column={column} row={row.original} isLast={index === rows.length - 1} />
      ))}
    </tr>
  );
}

/** Takes the place of the rows that are not drawn. */
function Gap({ height, columnCount }: { height: number; columnCount: number }): ReactElement | null {
  if (height <= 0) return null;
  return (
    <tr aria-hidden="true">
      <td colSpan={columnCount} style={{ height, padding: 0 }} />
    </tr>
  );
}

interface HeadCellProps<Row> extends TableGridProps<Row> {
  readonly column: Column<Row>;
  readonly stickyTop: string;
}

function HeadCell<Row>({ column, sort, serverSorts, onSort, stickyTop }: HeadCellProps<Row>): ReactElement {
  const direction = sort?.column === column.id ? sort.direction : null;
  const canSort = serverSorts ? column.serverSort === true : column.sortBy !== undefined;
  const atEnd = column.align === "end";
  return (
    <th
      scope="col"
      aria-sort={direction === null ? undefined : direction === "asc" ? "ascending" : "descending"}
      className={`sticky z-10 h-9 border-b border-line bg-surface px-3 text-sm font-medium text-muted first:rounded-tl-lg last:rounded-tr-lg ${atEnd ? "text-right" : "text-left"} ${stickyTop}`}
    >
      {canSort ? (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, direction: direction === "asc" ? "desc" : "asc" })}
          className={`group -mx-1.5 inline-flex max-w-full items-center gap-1 rounded-sm px-1.5 py-0.5 hover:text-text ${direction === null ? "" : "text-text"}`}
        >
          <span className="truncate">{column.header}</span>
          <Icon
            name={direction === null ? "sort" : direction === "asc" ? "arrowUp" : "arrowDown"}
            className={`size-3 ${direction === null ? "opacity-60 group-hover:opacity-100" : ""}`}
          />
        </button>
      ) : (
        <span className="block truncate">{column.header}</span>
      )}
    </th>
  );
}

interface BodyCellProps<Row> {
  readonly column: Column<Row>;
  readonly row: Row;
  readonly isLast: boolean;
}

function BodyCell<Row>({ column, row, isLast }: BodyCellProps<Row>): ReactElement {
  const classes = `px-3 py-1.5 align-baseline [overflow-wrap:anywhere] ${isLast ? "" : "border-b border-line"} ${column.align === "end" ? "text-right tabular-nums" : "text-left"}`;
  if (column.isHead === true)
    return (
      <th scope="row" className={`font-normal ${classes}`}>
        {column.cell(row)}
      </th>
    );
  return <td className={classes}>{column.cell(row)}</td>;
}
