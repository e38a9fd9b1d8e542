/** How many images count, and what became of them. What is not known is a row of its own and never part of what is met. */
import type { ReactElement } from "react";
import type { OverviewView } from "../../../../src/api/rest/organisations.ts";
import { useOrg } from "../../app/use-org.ts";
import { amount } from "../../display/amounts.ts";
import { Card } from "../../parts/card.tsx";
import { Icon, type IconName } from "../../parts/icon.tsx";
import { TextLink } from "../../parts/link.tsx";
import { ShareBar } from "../../parts/share-bar.tsx";

type Images = OverviewView["images"];

interface Row {
  readonly id: keyof Images;
  readonly words: string;
  readonly icon: IconName;
  readonly colour: string;
  readonly fill: string;
  /** Filter of the list of images that shows them; null: there is none. */
  readonly search: Readonly<Record<string, string>> | null;
}

const rows: readonly Row[] = [
  {
    id: "met",
    words: "Met",
    icon: "check",
    colour: "text-met",
    fill: "fill-met",
    search: { status: "met" },
  },
  {
    id: "notMet",
    words: "Not met",
    icon: "close",
    colour: "text-not-met",
    fill: "fill-not-met",
    search: { status: "not_met" },
  },
  {
    id: "noData",
    words: "No data",
    icon: "question",
    colour: "text-no-data",
    fill: "fill-no-data",
    search: { status: "no_data" },
  },
  {
    id: "waiting",
    words: "Waiting to be judged",
    icon: "refresh",
    colour: "text-muted",
    fill: "fill-line-strong",
    search: null,
  },
  {
    id: "failed",
    words: "Analysis failed",
    icon: "alert",
    colour: "text-stale",
    fill: "fill-stale",
    search: { state: "failed" },
  },
];

export function CountedImages({ images }: { images: Images }): ReactElement {
  const { org } = useOrg();
  const shown = rows.filter(({ id }) => id === "met" || id === "notMet" || images[id] > 0);
  return (
    <Card title="Images">
      <p className="mb-3">
        <span className="text-xl font-semibold tabular-nums">{amount(images.counted)}</span>{" "}
        <span className="text-muted">{images.counted === 1 ? "image" : "images"}</span>
      </p>
      <ShareBar shares={rows.map(({ id, fill }) => ({ id, count: images[id], fill }))} />
      <ul aria-label="Images that count" className="mt-3 space-y-1">
        {shown.map(({ id, words, icon, colour, search }) => (
          <li key={id} className="flex items-center gap-2">
            <Icon name={icon} className={colour} />
            <span className="flex-1">
              {search === null ? (
                words
              ) : (
                <TextLink to="/o/$org/images" params={{ org }} search={search}>
                  {words}
                </TextLink>
              )}
            </span>
            <span className="font-medium tabular-nums">{amount(images[id])}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
