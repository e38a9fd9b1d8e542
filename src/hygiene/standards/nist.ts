/** NIST SP 800-190 (2017): the risks of section 3 that an image shows, and those of its life that it does not. */
import type { Standard } from "./types.ts";

const elsewhere = "not a matter of the image";

export const nist: Standard = Object.freeze({
  id: "nist",
  title: "NIST SP 800-190, image risks and countermeasures",
  url: "https://doi.org/10.6028/NIST.SP.800-190",
  controls: [
    {
      id: "3.1.1 / 4.1.1",
      title: "Image vulnerabilities",
      checks: [],
      why: "plimsoll cves and the policies of severity tell",
    },
    {
      id: "3.1.2 / 4.1.2",
      title: "Image configuration defects",
      checks: [
        "CIS-DI-0001",
        "CIS-DI-0008",
        "DKL-DI-0001",
        "DKL-DI-0002",
        "DKL-LI-0001",
        "DKL-LI-0002",
        "PLM-0002",
        "PLM-0003",
        "PLM-0004",
        "PLM-0005",
        "PLM-0013",
        "PLM-0014",
      ],
    },
    {
      id: "3.1.3 / 4.1.3",
      title: "Embedded malware",
      checks: [
        "PLM-0102",
        "PLM-0103",
        "PLM-0104",
        "PLM-0105",
        "PLM-0106",
        "PLM-0107",
        "PLM-0108",
        "PLM-0109",
      ],
    },
    {
      id: "3.1.4 / 4.1.4",
      title: "Embedded clear text secrets",
      checks: ["CIS-DI-0010", "PLM-0009", "DKL-LI-0003"],
    },
    {
      id: "3.1.5 / 4.1.5",
      title: "Use of untrusted images",
      checks: ["DKL-DI-0006", "PLM-0001", "PLM-0011", "PLM-0012", "PLM-0017"],
    },
    { id: "3.2.1", title: "Insecure connections to registries", checks: [], why: elsewhere },
    { id: "3.2.2", title: "Stale images in registries", checks: [], why: elsewhere },
    {
      id: "3.2.3",
      title: "Insufficient authentication and authorization of registries",
      checks: [],
      why: elsewhere,
    },
    { id: "3.3", title: "Orchestrator risks", checks: [], why: elsewhere },
    { id: "3.4", title: "Container risks", checks: [], why: elsewhere },
    { id: "3.5.1 / 4.5.1", title: "Large attack surface", checks: ["PLM-0007", "PLM-0008", "PLM-0018"] },
  ],
} satisfies Standard);
