/**
 * The drawn table: head, and the rows that are in sight. On a narrow screen each row is a block of its own, one line a column with
 * its name, and of the head only what sorts is left.
 */
import { useVirtualizer } from "@tanstack/react-virtual";
import {
  useCallback,
  useLayoutEffect,
  useRef,
  useState,
  type CSSProperties,
  type KeyboardEvent,
  type ReactElement,
  type RefObject,
} from "react";
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
  const isCut = useIsCut(scroller);
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
      className={`relative rounded-lg border border-line bg-surface ${isLong ? "max-h-[max(24rem,calc(100dvh-18rem))] overflow-auto" : isCut ? "overflow-x-auto" : "overflow-x-clip"}`}
    >
      <table
        aria-label={label}
        aria-busy={busy || undefined}
        aria-rowcount={isLong ? rows.length + 1 : undefined}
        className={`w-full min-w-(--table-width) table-fixed border-separate border-spacing-0 transition-opacity max-sm:block max-sm:min-w-0 ${busy ? "opacity-60" : ""}`}
        style={{ "--table-width": widthMin } as CSSProperties}
      >
        <colgroup className="max-sm:hidden">
          {columns.map(({ id, width }) => (
            <col key={id} style={width === undefined ? {} : { width }} />
          ))}
        </colgroup>
        <Head {...props} stickyTop={isLong ? "top-0" : isCut ? "" : "lg:top-14"} />
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the keys move between the links in it */}
        <tbody onKeyDown={onKeyDown} className="max-sm:block">
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

/**
 * Whether the table is wider than its place, so that it scrolls sideways. A place that scrolls holds the head fast too, so one that
 * need not scroll does not, and the head stays in sight while the page is scrolled.
 */
function useIsCut(scroller: RefObject<HTMLDivElement | null>): boolean {
  const [isCut, setIsCut] = useState(false);
  useLayoutEffect(() => {
    const place = scroller.current;
    const table = place?.querySelector("table") ?? null;
    if (place === null || table === null) return;
    const observer = new ResizeObserver(() => setIsCut(table.offsetWidth > place.clientWidth + 1));
    observer.observe(place);
    observer.observe(table);
    return () => observer.disconnect();
  }, [scroller]);
  return isCut;
}

interface HeadProps<Row> extends TableGridProps<Row> {
  /** Where the head stays when its surroundings scroll, as a class; empty: nowhere. */
  readonly stickyTop: string;
}

function Head<Row>(props: HeadProps<Row>): ReactElement {
  const { columns, rows } = props;
  return (
    <thead className="max-sm:block">
      <tr
        aria-rowindex={rows.length > ROWS_DRAWN_MAX ? 1 : undefined}
        className="max-sm:flex max-sm:flex-wrap max-sm:gap-x-4 max-sm:border-b max-sm:border-line max-sm:px-3 max-sm:py-1.5"
      >
        {columns.map((column) => (
          <HeadCell key={column.id} {...props} column={column} />
        ))}
      </tr>
    </thead>
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
      className={`hover:bg-sunken max-sm:block max-sm:px-3 max-sm:py-2 ${index === rows.length - 1 ? "" : "max-sm:border-b max-sm:border-line"}`}
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

interface HeadCellProps<Row> extends HeadProps<Row> {
  readonly column: Column<Row>;
}

function HeadCell<Row>({ column, sort, serverSorts, onSort, stickyTop }: HeadCellProps<Row>): ReactElement {
  const direction = sort?.column === column.id ? sort.direction : null;
  const canSort = serverSorts ? column.serverSort === true : column.sortBy !== undefined;
  const atEnd = column.align === "end";
  return (
    <th
      scope="col"
      aria-sort={direction === null ? undefined : direction === "asc" ? "ascending" : "descending"}
      className={`sticky z-10 h-9 border-b border-line bg-surface px-3 text-sm font-medium text-muted first:rounded-tl-lg last:rounded-tr-lg max-sm:static max-sm:h-auto max-sm:border-0 max-sm:p-0 ${canSort ? "" : "max-sm:hidden"} ${atEnd ? "text-right" : "text-left"} ${stickyTop}`}
    >
      {canSort ? (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, direction: direction === "asc" ? "desc" : "asc" })}
          className={`group -mx-1.5 inline-flex max-w-[calc(100%+0.75rem)] items-center max-sm:max-w-none gap-1 rounded-sm px-1.5 py-0.5 hover:text-text ${direction === null ? "" : "text-text"}`}
        >
          <span className="truncate max-sm:overflow-visible">{column.header}</span>
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
  const content = column.cell(row);
  const line = isLast ? "" : "border-b border-line";
  const end = column.align === "end" ? "text-right tabular-nums" : "text-left";
  const classes = `px-3 py-1.5 align-baseline [overflow-wrap:anywhere] max-sm:border-0 max-sm:px-0 max-sm:py-0.5 max-sm:text-left ${line} ${end}`;
  if (column.isHead === true)
    return (
      <th scope="row" className={`font-normal max-sm:block max-sm:pb-1 ${classes}`}>
        {content}
      </th>
    );
  return (
    <td className={`${content === null ? "max-sm:hidden" : "max-sm:flex max-sm:gap-3"} ${classes}`}>
      <span aria-hidden="true" className="w-24 shrink-0 text-sm text-muted sm:hidden">
        {column.header}
      </span>
      <div className="min-w-0 max-sm:flex-1">{content}</div>
    </td>
  );
}
