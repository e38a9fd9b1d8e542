/** What was found in the images that count, by severity. What could not be judged is said, since zero would mean clean. */
import type { ReactElement } from "react";
import type { OverviewView } from "../../../../src/api/rest/organisations.ts";
import { amount, counted } from "../../display/amounts.ts";
import { Card } from "../../parts/card.tsx";
import { severities, severityLooks } from "../../parts/severity.ts";

export function FindingsCard({ overview }: { overview: OverviewView }): ReactElement {
  const { findings, images } = overview;
  // Of images that wait or failed nothing is counted here.
  const unknown = images.waiting + images.failed;
  return (
    <Card title="Findings">
      {findings === null ? (
        <p className="text-muted">
          Not known:{" "}
          {overview.database === null ? "there is no vulnerability database yet" : "no image was judged yet"}.
        </p>
      ) : (
        <dl className="grid grid-cols-2 gap-2">
          {severities.map((severity) => {
            const { word, letter, classes } = severityLooks[severity];
            const count = findings[severity];
            return (
              <div
                key={severity}
                className={`rounded-md px-3 py-2 last:col-span-2 ${count === 0 ? "bg-sunken text-muted" : classes}`}
              >
                <dt className="flex items-center gap-1.5 text-sm">
                  <span aria-hidden="true" className="font-mono text-xs font-bold">
                    {letter}
                  </span>
                  {word}
                </dt>
                <dd className="text-xl font-semibold tabular-nums">{amount(count)}</dd>
              </div>
            );
          })}
        </dl>
      )}
      {unknown > 0 && (
        <p className="mt-3 text-sm text-muted">
          Without {counted(unknown, "image")} that {unknown === 1 ? "waits" : "wait"} or could not be
          analysed.
        </p>
      )}
    </Card>
  );
}
