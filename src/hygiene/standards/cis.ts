/** CIS Docker Benchmark 1.6.0, section 4: container images and build files. Titles are shortened. */
import type { Standard } from "./types.ts";

export const cis: Standard = Object.freeze({
  id: "cis",
  title: "CIS Docker Benchmark 1.6.0, section 4",
  url: "https://www.cisecurity.org/benchmark/docker",
  controls: [
    { id: "4.1", title: "A user for the container has been created", checks: ["CIS-DI-0001"] },
    {
      id: "4.2",
      title: "Containers use only trusted base images",
      checks: [],
      why: "which bases are trusted is for a policy to say: approved-base-images",
    },
    {
      id: "4.3",
      title: "Unnecessary packages are not installed",
      checks: ["PLM-0007", "PLM-0018", "PLM-0003"],
    },
    {
      id: "4.4",
      title: "Images are scanned and rebuilt to include security patches",
      checks: [],
      why: "plimsoll cves and the policies of severity tell",
    },
    {
      id: "4.5",
      title: "Content trust for Docker is enabled",
      checks: [],
      why: "a setting of the host, which no image shows",
    },
    { id: "4.6", title: "HEALTHCHECK instructions have been added", checks: ["CIS-DI-0006"] },
    { id: "4.7", title: "Update instructions are not used alone", checks: ["CIS-DI-0007"] },
    { id: "4.8", title: "setuid and setgid permissions are removed", checks: ["CIS-DI-0008"] },
    { id: "4.9", title: "COPY is used instead of ADD", checks: ["CIS-DI-0009", "PLM-0001"] },
    { id: "4.10", title: "Secrets are not stored in Dockerfiles", checks: ["CIS-DI-0010", "PLM-0009"] },
    { id: "4.11", title: "Only verified packages are installed", checks: ["PLM-0012", "PLM-0017"] },
    {
      id: "4.12",
      title: "All signed artifacts are validated",
      checks: [],
      why: "a practice of whoever deploys, which no image shows",
    },
  ],
} satisfies Standard);
