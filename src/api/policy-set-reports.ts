/** JSON about policy sets: what was published, what is kept here, and how an image does against one. */
import { z } from "zod";
import { sharedFields, toolView } from "./common-views.ts";
import { statusView, verdictView } from "./verdict-views.ts";

const textOrNull = z.string().nullable();
const instant = z.string().describe("RFC 3339");
const count = z.int().min(0);

/** `plimsoll policy-set publish` */
export const policySetPublishReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-set-publish:1"),
  tool: toolView,
  reference: z.string(),
  digest: z.string(),
  name: z.string(),
  version: z.string(),
  createdAt: instant,
  signed: z.boolean(),
  keyId: textOrNull,
  policies: z.array(z.strictObject({ id: z.string(), title: z.string() })),
});
export type PolicySetPublishReport = z.output<typeof policySetPublishReport>;

const signerView = z.strictObject({
  kind: z.enum(["key", "identity"]),
  name: z.string(),
  issuer: textOrNull,
  keyId: textOrNull,
});

const policySetView = z.strictObject({
  name: z.string(),
  version: z.string(),
  reference: z.string(),
  digest: z.string(),
  createdAt: instant,
  ageDays: count,
  maxAgeDays: count.describe("After so many days nobody relies on it any more"),
  tooOld: z.boolean(),
  fetchedAt: instant.describe("When its registry last said that this is the set"),
  keptReason: textOrNull.describe("Why the registry was not asked now; null: it was"),
  signer: signerView.nullable().describe("Null: nobody who is trusted signed it"),
  signerReason: textOrNull,
  failOn: z.array(z.string()).describe("What stops its gate besides policies that are not met"),
  exceptionCount: count,
});
export type PolicySetView = z.output<typeof policySetView>;

/** `plimsoll policy-set pull`, `list` */
export const policySetsReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:policy-sets:1"),
  tool: toolView,
  sets: z.array(
    policySetView.extend({
      policies: z.array(
        z.strictObject({
          id: z.string(),
          title: z.string(),
          type: z.string(),
          enabled: z.boolean(),
          effect: z.enum(["report", "warn", "block"]),
        }),
      ),
    }),
  ),
});
export type PolicySetsReport = z.output<typeof policySetsReport>;

const changeView = z.strictObject({
  kind: z.enum(["upgrade", "drop", "rebase", "user", "label", "rebuild", "secret", "hygiene", "process"]),
  cost: count.describe("Points; docs/guide/pre-submission.md says what they stand for"),
  text: z.string(),
  command: textOrNull.describe("What a person would run or write"),
  purl: textOrNull,
  from: textOrNull,
  to: textOrNull,
  policies: z.array(z.string()).describe("Ids of the policies that it serves"),
  clears: z.array(z.string()).describe("Vulnerabilities that it takes away"),
  assumed: z.boolean().describe("True: its effect was not worked out; check again once it is done"),
  caveats: z.array(z.string()),
});

const remainsView = z.strictObject({
  policy: z.string(),
  title: z.string(),
  status: statusView,
  message: z.string(),
  remediation: textOrNull,
});

const evaluation = {
  ...sharedFields,
  causes: z.array(z.strictObject({ cause: z.string(), message: z.string() })),
  verdict: verdictView.nullable(),
  plan: z
    .strictObject({
      passes: z.boolean().describe("The gate would let the image pass after these changes"),
      cost: count,
      changes: z.array(changeView),
      remaining: z.array(remainsView).describe("What no change that is known would mend"),
      basesTried: count.describe("Other bases that were worked out"),
      caveats: z.array(z.string()),
    })
    .nullable()
    .describe("The cheapest changes that were found; null: the image passes as it is, or nobody asked"),
};

const outcomeView = z
  .enum(["accepted", "refused", "unknown"])
  .describe("What the gate would say; unknown: nothing stops the image, but the answer cannot be relied on");

/** `plimsoll check` */
export const checkReport = z.strictObject({
  schema: z.literal("urn:plimsoll:report:check:1"),
  tool: toolView,
  outcome: outcomeView,
  reasons: z
    .array(z.string())
    .describe("Why the answer cannot be relied on; also of what was accepted all the same"),
  at: z.strictObject({
    time: instant.describe("The instant that was judged by"),
    isNow: z.boolean(),
    caveats: z.array(z.string()).describe("What of that time nobody knows"),
  }),
  policySet: policySetView,
  ...evaluation,
  platforms: z
    .array(
      z.strictObject({
        platform: z.string(),
        outcome: outcomeView,
        reason: z.string().nullable().describe("Why it was not judged; null when it was"),
        evaluation: z.strictObject(evaluation).nullable(),
      }),
    )
    .describe("Where several were asked for; all else is of the worst of them"),
});
export type CheckReport = z.output<typeof checkReport>;
