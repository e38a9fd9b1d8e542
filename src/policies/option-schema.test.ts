import assert from "node:assert/strict";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import { knownPolicies } from "./definitions.ts";
import { PolicyError } from "./error.ts";
import { optionSchemaOf, policyTypeForms } from "./option-schema.ts";
import { policyTypes, validatePolicy } from "./policy-types.ts";

const forms = policyTypeForms();
const ajv = new Ajv2020({ strict: false });

test("option schemas: one for each type that a form can make a policy of", () => {
  assert.deepEqual(
    forms.map(({ id }) => id),
    policyTypes.map(({ id }) => id).filter((id) => id !== "rego"),
  );
  assert.throws(() => optionSchemaOf("nope"), { code: "POLICY_UNKNOWN" });
});

for (const { id, title, description, schema, defaults } of forms) {
  test(`option schema of ${id}: good enough for a form`, () => {
    assert.ok(title.length > 3 && description.endsWith("."), "the type has words for people");
    assert.deepEqual(Object.keys(schema.properties), Object.keys(defaults), "every option has a default");
    for (const [name, option] of Object.entries(schema.properties)) {
      assert.match(option.title, /^[A-Z]/, `${name}: title`);
      assert.notEqual(option.title, name);
      assert.match(option.description, /^[A-Z].*\.$/, `${name}: description`);
      assert.deepEqual(option.default, defaults[name], `${name}: the default is what is judged by`);
      assert.ok(
        ["array", "boolean", "integer", "string"].includes(option.type),
        `${name}: type ${option.type}`,
      );
      if (option.type === "string") assert.ok(option["enum"] !== undefined, `${name}: a choice`);
      if (option.type !== "array") continue;
      assert.equal(option.items?.["type"], "string", `${name}: entries`);
      assert.ok(typeof option["maxItems"] === "number", `${name}: a ceiling`);
      const isBounded = option.items["maxLength"] !== undefined || option.items["enum"] !== undefined;
      assert.ok(isBounded, `${name}: a ceiling for each entry`);
    }
  });

  test(`option schema of ${id}: defaults and examples are accepted by it and by the type`, () => {
    const validate = ajv.compile(schema);
    const examples = Object.entries(schema.properties).flatMap(([name, option]) =>
      ((option["examples"] ?? []) as unknown[]).map((example) => ({ ...defaults, [name]: example })),
    );
    for (const config of [{}, defaults, ...examples]) {
      assert.ok(validate(config), JSON.stringify(validate.errors));
      validatePolicy({ type: id, config });
    }
    assert.equal(validate({ unknownOption: 1 }), false);
  });
}

test("option schemas: the choices of an option are listed", () => {
  const { severities } = optionSchemaOf("severity").properties;
  assert.deepEqual(severities?.items?.["enum"], ["critical", "high", "medium", "low", "unspecified"]);
});

test("option schemas: approved base images start with a star, and each needs a registry host", () => {
  const { allowed_base_images: images } = optionSchemaOf("approved-base-images").properties;
  assert.deepEqual(images?.default, ["*"]);
  const pattern = new RegExp(String(images?.items?.["pattern"]));
  const rows: [text: string, isAccepted: boolean][] = [
    ["*", true],
    ["*/org/app", true],
    ["docker.io/library/node:*-slim", true],
    ["localhost:5000/org/dhi-*", true],
    ["localhost/app", true],
    ["*.example.com/a", true],
    ["node:22", false],
    ["library/node", false],
    ["org/node:1.2", false],
    ["/node", false],
    ["docker.io", false],
    ["", false],
  ];
  for (const [text, isAccepted] of rows) {
    assert.equal(pattern.test(text), isAccepted, text);
    const validate = () =>
      validatePolicy({ type: "approved-base-images", config: { allowed_base_images: [text] } });
    if (isAccepted) validate();
    else assert.throws(validate, { code: "POLICY_CONFIG_INVALID" });
  }
});

test("validatePolicy: fills in defaults and spells words as the type does", () => {
  assert.deepEqual(validatePolicy({ type: "severity", config: { severities: ["HIGH", "low"] } }), {
    severities: ["high", "low"],
    fixable_only: true,
    package_types: [],
    grace_period_days: 0,
  });
  for (const policy of knownPolicies) {
    const config = validatePolicy(policy);
    assert.deepEqual(validatePolicy({ type: policy.type, config }), config, "what was validated stays");
  }
});

const refused: [name: string, type: string, config: unknown, path: string][] = [
  ["a value that is none", "severity", { severities: ["high", "awful"] }, "config.severities.1"],
  ["an option that does not exist", "severity", { severity: [] }, "config.severity"],
  ["an option of a wrong type", "severity", { fixable_only: "no" }, "config.fixable_only"],
  [
    "an entry without a host",
    "approved-base-images",
    { allowed_base_images: ["*", "x"] },
    "config.allowed_base_images.1",
  ],
  ["options that could never violate", "high-profile", { cves: [], include_cisa_kev: false }, "config.cves"],
  [
    "more entries than anybody needs",
    "licenses",
    { licenses: Array.from({ length: 1001 }, () => "MIT") },
    "config.licenses",
  ],
  ["something else than options", "non-root", [], "config"],
];

for (const [name, type, config, path] of refused) {
  test(`validatePolicy: refuses ${name}, by its path`, () => {
    assert.throws(
      () => validatePolicy({ type, config: config as Record<string, unknown> }),
      (error) =>
        error instanceof PolicyError &&
        error.code === "POLICY_CONFIG_INVALID" &&
        error.fields.some((field) => field.path === path && field.message !== ""),
    );
  });
}

test("validatePolicy: a type that does not exist", () => {
  assert.throws(() => validatePolicy({ type: "nope", config: {} }), { code: "POLICY_UNKNOWN" });
});
