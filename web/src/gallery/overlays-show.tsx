/** What opens over the page: dialogs, menus, tabs, tooltips, messages. */
import { useState, type ReactElement } from "react";
import { ApiProblem } from "../api/problem.ts";
import { Button } from "../parts/button.tsx";
import { Card } from "../parts/card.tsx";
import { ConfirmDialog } from "../parts/confirm-dialog.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { Facts } from "../parts/facts.tsx";
import { Menu, MenuChoice, MenuEntry, MenuHeading, MenuLine, MenuLink } from "../parts/menu.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { TextField } from "../parts/text-field.tsx";
import { notify, notifyFailure } from "../parts/toast.tsx";
import { Tooltip } from "../parts/tooltip.tsx";
import { chooseTheme, readTheme, themes } from "../theme/theme.ts";

export const refused = new ApiProblem({
  code: "CONFLICT",
  title: "Somebody else has changed it in between.",
  detail: "The policy is at version 4; you changed version 3.",
  advice: "Load it again and make your change once more.",
  status: 409,
  fields: {},
});

export function OverlaysShow(): ReactElement {
  const [dialog, setDialog] = useState<"none" | "middle" | "side" | "confirm">("none");
  const [tab, setTab] = useState<"policies" | "layers" | "packages">("policies");
  const [theme, setTheme] = useState(readTheme);
  const close = (): void => setDialog("none");
  return (
    <Card title="What opens">
      <div className="mb-5 flex flex-wrap gap-3">
        <Button onClick={() => setDialog("middle")}>Dialog</Button>
        <Button onClick={() => setDialog("side")}>Side panel</Button>
        <Button onClick={() => setDialog("confirm")}>Delete …</Button>
        <Menu align="start" trigger={<Button icon="more">Menu</Button>}>
          <MenuHeading>Policy</MenuHeading>
          <MenuLink to="/">Edit</MenuLink>
          <MenuEntry icon="copy" onSelect={() => notify("good", "Copied.")}>
            Copy
          </MenuEntry>
          <MenuEntry icon="trash" danger onSelect={() => setDialog("confirm")}>
            Delete
          </MenuEntry>
          <MenuLine />
          <MenuChoice
            label="Colours"
            value={theme}
            options={themes.map((value) => ({ value, label: value }))}
            onChange={(chosen) => {
              chooseTheme(chosen);
              setTheme(chosen);
            }}
          />
        </Menu>
        <Tooltip text="A word about the button.">
          <Button>Tooltip</Button>
        </Tooltip>
        <Button onClick={() => notify("good", "The policy was saved.")}>Good news</Button>
        <Button onClick={() => notifyFailure("The policy was not saved.", refused)}>Bad news</Button>
      </div>
      <Tabs
        label="Image"
        value={tab}
        onChange={setTab}
        tabs={[
          { id: "policies", label: "Policies", count: 7 },
          { id: "layers", label: "Layers", count: 12 },
          { id: "packages", label: "Packages", count: 1234 },
        ]}
      >
        <p className="text-muted">What the tab “{tab}” shows.</p>
      </Tabs>
      <Dialog
        open={dialog === "middle" || dialog === "side"}
        place={dialog === "side" ? "side" : "middle"}
        onClose={close}
        title="Ask for an exception"
        description="A person with the role security decides; never the one who asked."
        footer={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button look="primary" onClick={close}>
              Ask
            </Button>
          </>
        }
      >
        <div className="space-y-4 pb-2">
          <Facts
            facts={[
              { name: "Vulnerability", value: "CVE-2026-1234" },
              { name: "Package", value: "pkg:npm/express@4.17.1" },
            ]}
          />
          <TextField label="Reason" required lines={4} value="" onChange={() => {}} />
        </div>
      </Dialog>
      <ConfirmDialog
        open={dialog === "confirm"}
        onClose={close}
        title="Delete the policy?"
        action="Delete policy"
        onConfirm={() => Promise.reject(refused)}
      >
        Its results are deleted with it. Images are judged by the other policies alone from now on.
      </ConfirmDialog>
    </Card>
  );
}
