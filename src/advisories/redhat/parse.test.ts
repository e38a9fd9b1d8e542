import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { feedDocument } from "../shared/document.ts";
import type { AdvisoryRecord, FeedAdvisory, FeedReading } from "../types.ts";
import { redhat } from "./index.ts";

const platforms: Readonly<Record<string, string>> = {
  "BaseOS-9": "cpe:/o:redhat:enterprise_linux:9::baseos",
  "BaseOS-9.3": "cpe:/o:redhat:enterprise_linux:9::baseos",
  "rhel-10": "cpe:/o:redhat:enterprise_linux:10.0",
  red_hat_enterprise_linux_8: "cpe:/o:redhat:enterprise_linux:8",
  "EUS-9.2": "cpe:/o:redhat:rhel_eus:9.2::baseos",
  eap: "cpe:/a:redhat:jboss_enterprise_application_platform:7",
};

type Component = readonly [platform: string, component: string, purl: string | null];
type Statements = Readonly<Record<string, readonly Component[]>>;

const idOf = ([platform, component]: Component): string => `${platform}:${component}`;

function vex(statements: Statements, more: object = {}, publisher = "https://www.redhat.com"): object {
  const all = Object.values(statements).flat();
  const product = (id: string, helper: object): object => ({
    category: "product_version",
    name: id,
    product: { name: id, product_id: id, product_identification_helper: helper },
  });
  const products = [
    ...Object.entries(platforms).map(([id, cpe]) => product(id, { cpe })),
    ...all.flatMap(([, component, purl]) => (purl === null ? [] : [product(component, { purl })])),
  ];
  return {
    document: {
      category: "csaf_vex",
      publisher: { namespace: publisher },
      tracking: { current_release_date: "2024-08-04T10:17:22+00:00" },
    },
    product_tree: {
      branches: [{ category: "vendor", name: "Red Hat", branches: products }],
      relationships: all.map((each) => ({
        product_reference: each[1],
        relates_to_product_reference: each[0],
        full_product_name: { product_id: idOf(each) },
      })),
    },
    vulnerabilities: [
      {
        cve: "CVE-2023-6228",
        title: "libtiff: heap-based buffer overflow",
        cwe: { id: "CWE-787" },
        release_date: "2023-09-07T00:00:00+00:00",
        product_status: Object.fromEntries(
          Object.entries(statements).map(([status, list]) => [status, list.map(idOf)]),
        ),
        ...more,
      },
    ],
  };
}

function read(value: unknown): FeedReading {
  const document = feedDocument("cve.json", Buffer.from(JSON.stringify(value)));
  assert.ok(redhat.recognises(document));
  return redhat.read(document);
}

function record(value: unknown): AdvisoryRecord {
  const [first] = read(value).records;
  assert.ok(first?.kind === "advisory");
  return first;
}

function rows(value: unknown): readonly FeedAdvisory[] {
  return record(value).advisories.map(({ advisory }) => advisory);
}

const libtiff: Component = [
  "BaseOS-9",
  "libtiff-0:4.4.0-12.el9.x86_64",
  "pkg:rpm/redhat/libtiff@4.4.0-12.el9?arch=x86_64&epoch=1",
];

describe("fixes of Red Hat", () => {
  it("are ranges, with the notice that brought them", () => {
    const url = "https://access.redhat.com/errata/RHSA-2024:2289";
    const [row, ...others] = rows(
      vex(
        { fixed: [libtiff] },
        {
          remediations: [
            { category: "workaround", details: "none", product_ids: [idOf(libtiff)] },
            {
              category: "vendor_fix",
              details: "apply",
              url,
              date: "2024-04-30T10:39:42+00:00",
              product_ids: [idOf(libtiff)],
            },
          ],
          threats: [{ category: "impact", details: "Important", product_ids: [idOf(libtiff)] }],
          scores: [
            {
              cvss_v3: { vectorString: "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H" },
              products: [idOf(libtiff)],
            },
          ],
        },
      ),
    );
    assert.equal(others.length, 0);
    assert.deepEqual(row, {
      id: "CVE-2023-6228",
      space: "rpm:rhel:9",
      name: "libtiff",
      aliases: [],
      summary: "libtiff: heap-based buffer overflow",
      ranges: [{ scheme: "rpm", introduced: "0", fixed: "1:4.4.0-12.el9", lastAffected: null }],
      versions: [],
      severities: [
        {
          source: "redhat",
          type: "CVSS_V3",
          vector: "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:N/I:N/A:H",
          score: 5.5,
          severity: "medium",
        },
        { source: "redhat", type: null, vector: null, score: null, severity: "high" },
      ],
      cwes: ["CWE-787"],
      publishedAt: "2023-09-07T00:00:00.000Z",
      modifiedAt: "2024-08-04T10:17:22.000Z",
      url: "https://access.redhat.com/security/cve/CVE-2023-6228",
      fixedAt: "2024-04-30T10:39:42.000Z",
      references: [url],
    });
  });

  it("of an earlier minor release hold for the later ones, and outweigh other statements", () => {
    const earlier: Component = [
      "BaseOS-9.3",
      "libtiff-a",
      "pkg:rpm/redhat/libtiff@4.4.0-10.el9_3?arch=x86_64",
    ];
    const unfixed: Component = ["BaseOS-9.3", "libtiff", "pkg:rpm/redhat/libtiff?arch=src"];
    const found = rows(vex({ fixed: [libtiff, earlier], known_affected: [unfixed] }));
    assert.deepEqual(
      found.map(({ ranges, fixState }) => [ranges[0]?.fixed, fixState]),
      [["0:4.4.0-10.el9_3", undefined]],
    );
  });
});

describe("states of Red Hat", () => {
  const affected: Component = ["red_hat_enterprise_linux_8", "libtiff", "pkg:rpm/redhat/libtiff?arch=src"];
  const product_ids = [idOf(affected)];
  const states: readonly (readonly [string, string, string, string | undefined])[] = [
    ["no_fix_planned", "Will not fix", "will_not_fix", "Will not fix"],
    ["no_fix_planned", "Out of support scope", "end_of_life", "Out of support scope"],
    ["none_available", "Fix deferred", "deferred", "Fix deferred"],
    ["none_available", "Affected", "affected", "Affected"],
  ];
  for (const [category, details, state, note] of states) {
    it(`${category} (${details}) is ${state}`, () => {
      const remediations = [{ category, details, product_ids }];
      const [row] = rows(vex({ known_affected: [affected] }, { remediations }));
      assert.deepEqual([row?.space, row?.fixState, row?.note], ["rpm:rhel:8", state, note]);
      assert.deepEqual(row?.ranges, [{ scheme: "rpm", introduced: "0", fixed: null, lastAffected: null }]);
    });
  }
  it("not affected has no range, and the flag says why", () => {
    const flags = [{ label: "vulnerable_code_not_present", product_ids }];
    const [row] = rows(vex({ known_not_affected: [affected] }, { flags }));
    assert.deepEqual(
      [row?.fixState, row?.note, row?.ranges],
      ["not_affected", "vulnerable code not present", []],
    );
  });
  it("under investigation has no range", () => {
    const [row] = rows(vex({ under_investigation: [affected], known_not_affected: [affected] }));
    assert.deepEqual([row?.fixState, row?.ranges], ["under_investigation", []]);
  });
});

describe("products of Red Hat", () => {
  it("outside the main stream are counted", () => {
    const found = record(
      vex({
        fixed: [["EUS-9.2", "libtiff-0:4.4.0-1.el9_2.x86_64", "pkg:rpm/redhat/libtiff@4.4.0-1.el9_2"]],
        known_affected: [["eap", "tiff", null]],
      }),
    );
    assert.deepEqual(found.unsupported, [
      "Red Hat jboss_enterprise_application_platform",
      "Red Hat rhel_eus",
    ]);
    assert.deepEqual(found.advisories, []);
  });

  const components: readonly (readonly [string, string | null, string | null])[] = [
    ["kernel.src", null, "kernel"],
    ["nodejs:18/nodejs", null, "nodejs nodejs:18"],
    ["libtiff-1:4.4.0-12.el9.x86_64", null, "libtiff 1:4.4.0-12.el9"],
    ["python39-0:3.9.2-1.el8.noarch::python39:3.9", null, "python39 python39:3.9 0:3.9.2-1.el8"],
    [
      "redis-0:6.2.17-1.x86_64::redis:6",
      "pkg:rpm/redhat/redis@6.2.17-1?arch=x86_64&rpmmod=redis:6:8100:489",
      "redis redis:6 0:6.2.17-1",
    ],
    ["gtk%2B", "pkg:rpm/redhat/gtk%2B@1.2-3%5E1", "gtk+ 0:1.2-3^1"],
    ["rhacm2/search-api-rhel8", null, null],
    ["redis-6-container", null, null],
    ["image", "pkg:oci/image@sha256%3Aabc", null],
    ["libreoffice:flatpak/libtiff", null, null],
    ["firefox-flatpak-src", "pkg:rpm/redhat/firefox-flatpak?arch=src&rpmmod=rhel10", null],
    ["libtiff-debuginfo", "pkg:rpm/redhat/libtiff-debuginfo@1-1", null],
    ["python39", "pkg:rpm/redhat/python39@3.9-8100020240826142629.d47b87a4", null],
  ];
  for (const [component, purl, expected] of components) {
    it(`${component} is ${expected ?? "left out"}`, () => {
      const status = /-\d|@/.test(purl ?? component) ? "fixed" : "known_affected";
      const found = rows(vex({ [status]: [["BaseOS-9", component, purl]] }));
      const told = found.map(({ name, modularity, ranges }) =>
        [name, modularity, ranges[0]?.fixed].filter(Boolean).join(" "),
      );
      assert.deepEqual(told, expected === null ? [] : [expected]);
    });
  }

  it("in a module of an older document relate to the module", () => {
    const value = vex({ fixed: [["BaseOS-9:nodejs:18:8060", "nodejs-1:18.1-1.x86_64", null]] }) as {
      product_tree: { relationships: object[] };
    };
    value.product_tree.relationships.push({
      product_reference: "nodejs:18:8060",
      relates_to_product_reference: "BaseOS-9",
      full_product_name: { product_id: "BaseOS-9:nodejs:18:8060" },
    });
    assert.deepEqual(
      rows(value).map(({ space, name, modularity }) => [space, name, modularity]),
      [["rpm:rhel:9", "nodejs", "nodejs:18"]],
    );
  });

  it("that are affected as a whole are counted, and those the tree does not have are a fault", () => {
    const value = vex({ known_affected: [] }, { product_status: { known_affected: ["eap", "nothing"] } });
    const reading = read(value);
    assert.equal(reading.rejected[0]?.id, "CVE-2023-6228");
    assert.deepEqual(record(value).unsupported, ["Red Hat jboss_enterprise_application_platform"]);
  });

  it("with a fix but without a version are a fault", () => {
    const reading = read(vex({ fixed: [["BaseOS-9", "libtiff", "pkg:rpm/redhat/libtiff"]] }));
    assert.deepEqual(reading.rejected, [{ id: "CVE-2023-6228", reason: "a fixed package has no version" }]);
  });
});

it("other publishers and other documents of CSAF are not Red Hat's VEX", () => {
  const values = [
    vex({}, {}, "https://www.suse.com/"),
    { ...vex({}), document: { category: "csaf_security_advisory" } },
    { ...vex({}), vulnerabilities: [] },
    [],
    null,
  ];
  for (const value of values) {
    const document = feedDocument("x.json", Buffer.from(JSON.stringify(value)));
    assert.equal(redhat.recognises(document), false);
    assert.throws(() => redhat.read(document), { code: "FEED_INVALID" });
  }
});
