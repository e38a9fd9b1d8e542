/**
 * DISA's STIG of Docker Enterprise 2.x for Linux/UNIX, version 2: the rules that speak of images and containers, by their public
 * vulnerability ids. The rules on daemons, hosts and the control plane are left out: an image has nothing to do with them.
 */
import type { Standard } from "./types.ts";

export const stig: Standard = Object.freeze({
  id: "stig",
  title: "DISA STIG Docker Enterprise 2.x Linux/UNIX V2, rules on images",
  url: "https://public.cyber.mil/stigs/downloads/",
  controls: [
    { id: "V-235803", title: "SSH must not run within Linux containers", checks: ["PLM-0003"] },
    {
      id: "V-235804",
      title: "Only required ports must be open on the containers",
      checks: [],
      why: "which ports are required is written in the system security plan",
    },
    {
      id: "V-235830",
      title: "Images must be built with the USER instruction, so that containers do not run as root",
      checks: ["CIS-DI-0001"],
    },
    {
      id: "V-235839",
      title: "Only trusted, signed images must be on Universal Control Plane",
      checks: [],
      why: "a setting of the control plane",
    },
    {
      id: "V-235846",
      title: "Only trusted, signed images must be stored in Docker Trusted Registry",
      checks: [],
      why: "a setting of the registry",
    },
  ],
} satisfies Standard);
