import assert from "node:assert/strict";
import { test } from "node:test";
import { distributionSettings as ofTheCommandLine } from "../../../../src/cli/server/notification-settings.ts";
import { distributionSettings } from "./notification-settings.ts";

test("the page and the command line say the same", () => {
  const settings = { org: "acme", url: "https://plimsoll.example.com/api/v1/x", token: "plim_secret" };
  assert.equal(distributionSettings(settings), ofTheCommandLine(settings));
});
