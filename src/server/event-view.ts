/** Events as the API tells them. */
import type { EventView } from "../api/rest/events.ts";
import type { EventRow } from "../store/views/events.ts";

export function viewEvent({ at, ...event }: EventRow): EventView {
  return { ...event, at: at.toISOString(), body: { ...event.body } };
}
