/**
 * Policy type `rego`: a module that somebody wrote, with the contract of `docker scout policy`: package `docker.scout`, a rule
 * `pass` and a set `violation`. Its options are the module's `data.config`, which nobody but the module knows.
 */
import { z } from "zod";
import type { PolicyType } from "../types.ts";

const options = z.looseObject({});

export const rego: PolicyType<Readonly<Record<string, unknown>>> = Object.freeze({
  id: "rego",
  title: "Rego module",
  description: "A module in Rego, from a file, a folder, an address or a bundle in a registry.",
  specs: [
    "https://docs.docker.com/scout/policy/",
    "https://www.openpolicyagent.org/docs/latest/policy-language/",
  ],
  version: 1,
  needs: [],
  options,
  judgedApart: true,
  needsProgram: true,
  evaluate: () => ({ status: "no_data", reason: "modules are judged apart" }),
} satisfies PolicyType<Readonly<Record<string, unknown>>>);
