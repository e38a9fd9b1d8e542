/** How long ago, with the exact time behind it. Counts on by itself. */
import { useEffect, useState, type ReactElement } from "react";
import { exactTime, timeAgo } from "../display/when.ts";

const REFRESH_MS = 30_000;

export function TimeAgo({ time }: { time: string | null }): ReactElement {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), REFRESH_MS);
    return () => window.clearInterval(timer);
  }, []);
  const words = time === null ? "" : timeAgo(time, now);
  if (time === null || words === "") return <span className="text-muted">never</span>;
  return (
    <time dateTime={time} title={exactTime(time)} className="whitespace-nowrap">
      {words}
    </time>
  );
}
