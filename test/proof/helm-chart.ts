/**
 * The chart as helm renders and lints it: `node --test test/proof/helm-chart.ts`, with helm 3 on the path. It is no part of the
 * tests, as helm has no package to install it from.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";
import { repositoryRoot } from "../helpers/run-plimsoll.ts";

const folder = join(repositoryRoot, "deploy");

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  // eslint-disable-next-line typescript/no-explicit-any
  readonly spec: any;
}

function render(...values: readonly string[]): { readonly status: number | null; readonly text: string } {
  const chart = join(folder, "helm/plimsoll");
  const sets = values.flatMap((value) => ["--set", value]);
  const run = spawnSync("helm", ["template", "rel", chart, "--kube-version", "1.31.0", ...sets], {
    encoding: "utf8",
  });
  return { status: run.status, text: run.status === 0 ? run.stdout : run.stderr };
}

describe("the chart, rendered", () => {
  const needed = ["publicUrl=https://plimsoll.example.com", "existingSecret=plimsoll"];

  it("asks for what it needs, and takes https alone", () => {
    assert.notEqual(render().status, 0);
    assert.notEqual(render("publicUrl=http://plimsoll.example.com", "existingSecret=plimsoll").status, 0);
    assert.equal(
      spawnSync("helm", ["lint", join(folder, "helm/plimsoll"), ...needed.flatMap((each) => ["--set", each])])
        .status,
      0,
    );
  });

  it("gives every pod no privilege and a network policy of its own", () => {
    const { status, text } = render(
      ...needed,
      "tls.secretName=tls",
      "ingress.enabled=true",
      "ingress.host=plimsoll.example.com",
    );
    assert.equal(status, 0, text);
    const manifests = parseAllDocuments(text).map((each) => each.toJS() as Manifest);
    const pods = manifests.flatMap(({ kind, spec }) => {
      if (kind === "Deployment") return [spec.template];
      return kind === "CronJob" ? [spec.jobTemplate.spec.template] : [];
    });
    assert.equal(pods.length, 3);
    const policies = manifests.filter(({ kind }) => kind === "NetworkPolicy");
    for (const { metadata, spec } of pods) {
      assert.equal(spec.automountServiceAccountToken, false);
      assert.equal(spec.securityContext.runAsNonRoot, true);
      for (const { securityContext } of spec.containers) {
        assert.equal(securityContext.readOnlyRootFilesystem, true);
        assert.equal(securityContext.allowPrivilegeEscalation, false);
        assert.deepEqual(securityContext.capabilities.drop, ["ALL"]);
      }
      const own = policies.filter(({ spec: { podSelector } }) =>
        Object.entries(podSelector.matchLabels).every(([name, value]) => metadata.labels[name] === value),
      );
      assert.equal(own.length, 1);
      assert.deepEqual(own[0]?.spec.policyTypes, ["Ingress", "Egress"]);
    }
    const closed = policies
      .filter(({ spec }) => spec.ingress.length === 0)
      .map(({ metadata }) => metadata.name);
    assert.deepEqual(closed.toSorted(), ["rel-vulnerabilities", "rel-worker"]);
    const outside = policies
      .flatMap(({ spec }) => spec.egress)
      .filter((rule: { to?: unknown }) => rule.to !== undefined);
    for (const rule of outside) assert.ok(JSON.stringify(rule).includes("169.254.0.0/16"));
  });
});
