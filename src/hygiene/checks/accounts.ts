/** Checks of the accounts. */
import { readAccounts, type AccountLine } from "../accounts.ts";
import { finding, judge, notChecked } from "../outcome.ts";
import type { CheckOutcome, HygieneCheck, HygieneFacts } from "../types.ts";

const DOCKLE = "https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md";

const PASSWD = "etc/passwd";
const SHADOW = "etc/shadow";
const GROUP = "etc/group";

/** Asks about the lines of files; an image without accounts has none that could be wrong. */
function ofAccounts(check: (facts: HygieneFacts) => CheckOutcome): (facts: HygieneFacts) => CheckOutcome {
  return (facts) =>
    facts.survey === null ? notChecked("the files of the image were not read") : check(facts);
}

function twice(
  lines: readonly AccountLine[],
  key: (line: AccountLine) => string | number | null,
): readonly (readonly AccountLine[])[] {
  const groups = Map.groupBy(
    lines.filter((line) => key(line) !== null),
    key,
  );
  return [...groups.values()].filter((group) => group.length > 1);
}

function names(lines: readonly AccountLine[]): string {
  return lines.map(({ name }) => name).join(", ");
}

export const accountChecks: readonly HygieneCheck[] = [
  {
    id: "DKL-LI-0001",
    title: "No account has an empty password",
    severity: "critical",
    references: [DOCKLE, "https://nvd.nist.gov/vuln/detail/CVE-2019-5021"],
    fix: "Lock the account: passwd -l, or write ! in the password field.",
    evaluate: ofAccounts(({ files }) =>
      judge(
        [SHADOW, PASSWD].flatMap((path) =>
          readAccounts(files.get(path))
            // In etc/passwd `x` sends the reader to etc/shadow.
            .filter(({ password }) => password === "")
            .map(({ name }) =>
              finding(`${name} has an empty password`, {
                path,
                layerIndex: files.get(path)?.layerIndex ?? null,
              }),
            ),
        ),
      ),
    ),
  },
  {
    id: "DKL-LI-0002",
    title: "Accounts and groups have names and numbers of their own",
    severity: "medium",
    references: [DOCKLE],
    fix: "Give each account a number and a name of its own.",
    evaluate: ofAccounts(({ files }) => {
      const rows = [PASSWD, GROUP].flatMap((path) => {
        const lines = readAccounts(files.get(path));
        const place = { path, layerIndex: files.get(path)?.layerIndex ?? null };
        return [
          ...twice(lines, ({ id }) => id).map((group) =>
            finding(`number ${group[0]?.id ?? ""} belongs to ${names(group)}`, place),
          ),
          ...twice(lines, ({ name }) => name).map((group) =>
            finding(`${group[0]?.name ?? ""} is there ${group.length} times`, place),
          ),
        ];
      });
      return judge(rows);
    }),
  },
  {
    id: "PLM-0014",
    title: "root is the only account with number 0",
    severity: "high",
    references: ["https://cwe.mitre.org/data/definitions/250.html"],
    fix: "Give the account another number.",
    evaluate: ofAccounts(({ files }) =>
      judge(
        readAccounts(files.get(PASSWD))
          .filter(({ id, name }) => id === 0 && name !== "root")
          .map(({ name }) =>
            finding(`${name} has number 0`, {
              path: PASSWD,
              layerIndex: files.get(PASSWD)?.layerIndex ?? null,
            }),
          ),
      ),
    ),
  },
];

/** Whose bytes the checks of accounts need. */
export function isAccountFile(path: string): boolean {
  return path === PASSWD || path === SHADOW || path === GROUP;
}
