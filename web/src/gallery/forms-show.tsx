/** Fields of forms. */
import { useState, type ReactElement } from "react";
import { Card } from "../parts/card.tsx";
import { Checkbox } from "../parts/checkbox.tsx";
import { ChoiceList } from "../parts/choice-list.tsx";
import { NumberField } from "../parts/number-field.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { Select } from "../parts/select.tsx";
import { severities, severityLooks } from "../parts/severity.ts";
import { Switch } from "../parts/switch.tsx";
import { TextField } from "../parts/text-field.tsx";
import { TextListField } from "../parts/text-list-field.tsx";

export function FormsShow(): ReactElement {
  const [text, setText] = useState("Approved DHI base images");
  const [days, setDays] = useState<number | null>(30);
  const [effect, setEffect] = useState<"report" | "block">("block");
  const [on, setOn] = useState(true);
  const [chosen, setChosen] = useState<readonly string[]>(["critical", "high"]);
  const [patterns, setPatterns] = useState<readonly string[]>(["*", "registry.example.com/acme/dhi-*"]);
  const [search, setSearch] = useState("");
  return (
    <Card title="Fields">
      <div className="grid gap-5 md:grid-cols-2">
        <TextField
          label="Name"
          required
          value={text}
          onChange={setText}
          hint="Shown wherever the policy is named."
        />
        <TextField label="Reason" lines={3} value="" onChange={setText} error="A reason is needed." />
        <NumberField
          label="Expires in"
          value={days}
          onChange={setDays}
          min={1}
          max={365}
          step={1}
          unit="days"
        />
        <Select
          label="Effect"
          value={effect}
          onChange={setEffect}
          options={[
            { value: "report", label: "Report" },
            { value: "block", label: "Block" },
          ]}
        />
        <Checkbox
          label="Only fixable"
          hint="Only vulnerabilities with a fixed version."
          checked={on}
          onChange={setOn}
        />
        <div className="flex items-center gap-5">
          <Switch label="Enabled" checked={on} onChange={setOn} />
          <Switch label="Disabled for good" checked={false} disabled onChange={setOn} />
        </div>
        <ChoiceList
          label="Severities"
          chosen={chosen}
          onChange={setChosen}
          options={severities.map((value) => ({ value, label: severityLooks[value].word }))}
        />
        <SearchField label="Filter images by name or tag" value={search} onChange={setSearch} />
        <div className="md:col-span-2">
          <TextListField
            label="Approved base images"
            noun="pattern"
            hint="A star ends at the character that follows it."
            placeholder="registry.example.com/acme/dhi-*"
            values={patterns}
            onChange={setPatterns}
            entryErrors={patterns.length > 2 ? { 2: "This is not written as it should be." } : {}}
          />
        </div>
      </div>
    </Card>
  );
}
