/** Checks of code that is a problem by itself; `code-inspector.ts` finds it. */
import { recordOf } from "../../domain/json-record.ts";
import { codeInspector, type CodeProblem } from "../code-inspector.ts";
import { finding, judge, notChecked } from "../outcome.ts";
import type { CheckOutcome, HygieneCheck, HygieneFacts } from "../types.ts";

const ATTACK = "https://attack.mitre.org/techniques/";

function ofCode(problems: readonly CodeProblem[], message: string): (facts: HygieneFacts) => CheckOutcome {
  return ({ inspected }) => {
    if (inspected === null) return notChecked("the files of the image were not looked into");
    return judge(
      inspected.flatMap(({ by, path, layerIndex, value }) => {
        const record = by === codeInspector.id ? recordOf(value) : null;
        const found = Array.isArray(record?.["problems"]) ? record["problems"] : [];
        if (!problems.some((problem) => found.includes(problem))) return [];
        const detail = record?.["detail"];
        return [
          finding(typeof detail === "string" ? `${message}: ${detail}` : message, { path, layerIndex }),
        ];
      }),
    );
  };
}

export const codeChecks: readonly HygieneCheck[] = [
  {
    id: "PLM-0101",
    title: "No package runs a script while it is installed",
    severity: "low",
    references: ["https://docs.npmjs.com/cli/using-npm/scripts#life-cycle-scripts", `${ATTACK}T1195/001/`],
    fix: "Install with --ignore-scripts, and run by name the few scripts that are needed.",
    evaluate: ofCode(["install-script"], "runs a script at installation"),
  },
  {
    id: "PLM-0102",
    title: "No packed programs",
    severity: "medium",
    references: [`${ATTACK}T1027/002/`],
    fix: "Use the program as it was built: a packed one hides from every scanner what is in it.",
    evaluate: ofCode(["packed"], "packed by UPX"),
  },
  {
    id: "PLM-0103",
    title: "No programs whose code is encrypted or compressed",
    severity: "medium",
    references: [`${ATTACK}T1027/`],
    fix: "Find out who made the program and why its code cannot be read.",
    evaluate: ofCode(["encrypted"], "its code looks encrypted or compressed"),
  },
  {
    id: "PLM-0104",
    title: "No web shells and no reverse shells",
    severity: "critical",
    references: [`${ATTACK}T1505/003/`],
    fix: "Do not run the image; find out how the file came into it.",
    evaluate: ofCode(["web-shell", "reverse-shell"], "has the marks of a web shell or reverse shell"),
  },
  {
    id: "PLM-0105",
    title: "No miners of crypto currency",
    severity: "critical",
    references: [`${ATTACK}T1496/`],
    fix: "Do not run the image; find out how the file came into it.",
    evaluate: ofCode(["miner"], "has the marks of a miner"),
  },
  {
    id: "PLM-0106",
    title: "No test virus",
    severity: "high",
    references: ["https://www.eicar.org/download-anti-malware-testfile/"],
    fix: "Delete the file: scanners of registries and hosts refuse the image for it.",
    evaluate: ofCode(["test-virus"], "is the EICAR test file"),
  },
  {
    id: "PLM-0108",
    title: "No packages that are known to be malicious",
    severity: "critical",
    references: ["https://github.com/ossf/malicious-packages"],
    fix: "Remove the package, and treat every secret that the build could read as stolen.",
    evaluate: ({ malicious }) => {
      if (malicious === null) return notChecked("there is no vulnerability database to ask");
      const { hits, leftOut } = malicious;
      if (hits.length === 0 && leftOut.length > 0) return notChecked(leftOut.slice(0, 5).join("; "));
      return judge(
        hits.map(({ purl, vulnerability, path, layerIndex }) =>
          finding(`${purl} is known to be malicious (${vulnerability})`, { path, layerIndex }),
        ),
      );
    },
  },
  {
    id: "PLM-0109",
    title: "Nothing that ClamAV knows as malicious",
    severity: "critical",
    references: ["https://docs.clamav.net/", `${ATTACK}T1204/003/`],
    fix: "Do not run the image; find out how the file came into it.",
    evaluate: ({ viruses }) => {
      if (viruses === null) return notChecked("ClamAV was not asked; --clamav auto asks it");
      const { hits, leftOut } = viruses;
      if (hits.length === 0 && leftOut.length > 0) return notChecked(leftOut.slice(0, 5).join("; "));
      return judge(
        hits.map(({ signature, path, layerIndex }) =>
          finding(`ClamAV knows it as ${signature}`, { path, layerIndex }),
        ),
      );
    },
  },
];
