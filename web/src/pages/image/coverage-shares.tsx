/** How many of some files a package explains, a signature, or nothing: a bar, and the same in numbers. */
import type { ReactElement } from "react";
import type { ImageInventoryView } from "../../../../src/api/rest/images.ts";
import { amount } from "../../display/amounts.ts";
import { shareOf } from "../../display/share.ts";
import { ShareBar } from "../../parts/share-bar.tsx";

type Count = NonNullable<ImageInventoryView["coverage"]>["files"];

export function CoverageShares({ title, count }: { title: string; count: Count }): ReactElement {
  const { total, byPackage, bySignature, byNothing } = count;
  const rows = [
    { id: "package", name: "By a package", value: byPackage, fill: "fill-met" },
    { id: "signature", name: "By a signature", value: bySignature, fill: "fill-stale" },
    { id: "nothing", name: "By nothing", value: byNothing, fill: "fill-not-met" },
  ];
  return (
    <section aria-label={`${title} explained`}>
      <h3 className="font-medium">
        {title}: <span className="text-muted">{amount(total)}</span>
      </h3>
      <div className="my-2">
        <ShareBar shares={rows.map(({ id, value, fill }) => ({ id, count: value, fill }))} />
      </div>
      <dl className="grid grid-cols-[1fr_auto_auto] gap-x-4 text-sm">
        {rows.map(({ id, name, value }) => (
          <div key={id} className="col-span-3 grid grid-cols-subgrid">
            <dt>{name}</dt>
            <dd className="text-right tabular-nums">{amount(value)}</dd>
            <dd className="w-16 text-right text-muted tabular-nums">{shareOf(value, total)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
