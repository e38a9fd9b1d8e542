/** What is said once of each check that looks at the words of build commands. */
import type { HygieneCheckFacts } from "../domain/hygiene.ts";

const BEST_PRACTICES = "https://docs.docker.com/build/building/best-practices/";
const DOCKLE = "https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md";

export const commandChecks: readonly HygieneCheckFacts[] = [
  {
    id: "CIS-DI-0007",
    title: "Package lists are updated and used in the same step",
    severity: "medium",
    references: [DOCKLE, BEST_PRACTICES],
    fix: "Write the update and the install in one RUN instruction.",
  },
  {
    id: "DKL-DI-0001",
    title: "No sudo",
    severity: "medium",
    references: [DOCKLE, BEST_PRACTICES],
    fix: "Switch with USER while building; leave sudo out of the image.",
  },
  {
    id: "DKL-DI-0003",
    title: "Packages are not upgraded as a whole",
    severity: "low",
    references: [DOCKLE, BEST_PRACTICES],
    fix: "Start from an up-to-date base image and install the packages that are needed.",
  },
  {
    id: "DKL-DI-0004",
    title: "apk leaves no cache",
    severity: "low",
    references: [DOCKLE],
    fix: "Add --no-cache to apk add.",
  },
  {
    id: "DKL-DI-0005",
    title: "apt-get leaves no cache",
    severity: "low",
    references: [DOCKLE, BEST_PRACTICES],
    fix: "End the same RUN instruction with rm -rf /var/lib/apt/lists/*, or use a cache mount.",
  },
  {
    id: "PLM-0012",
    title: "Nothing is fetched and run unseen",
    severity: "high",
    references: [BEST_PRACTICES],
    fix: "Download to a file, compare its digest, then run it.",
  },
  {
    id: "PLM-0013",
    title: "No files are made writable for everybody",
    severity: "medium",
    references: ["https://cwe.mitre.org/data/definitions/732.html"],
    fix: "Give the files to the user that needs them: COPY --chown, or chown.",
  },
  {
    id: "PLM-0017",
    title: "Downloads are verified",
    severity: "high",
    references: ["https://cwe.mitre.org/data/definitions/295.html"],
    fix: "Remove the option that switches verification off, and install the certificate or key that is missing.",
  },
];
