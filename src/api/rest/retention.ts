/** How long is kept what nothing names any more. */
import { z } from "zod";

const days = z.int().min(1).max(36_500).nullable();

export const retentionView = z.strictObject({
  imageDays: days.describe(
    "Days after its last push that an image is kept which no tag, environment, cluster, exception or other image names; null: for ever",
  ),
  replayDays: days.describe(
    "Days that a verdict can be made once more, where it is not its image's newest; null: for ever",
  ),
});
