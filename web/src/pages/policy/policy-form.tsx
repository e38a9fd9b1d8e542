/** The form of a policy, new or there already: name, the options of its type, what it does, and where it holds. */
import { useState, type ReactElement, type ReactNode } from "react";
import type { PolicyTypeView } from "../../../../src/api/rest/policies.ts";
import { toProblem } from "../../api/problem.ts";
import { Button } from "../../parts/button.tsx";
import { Card } from "../../parts/card.tsx";
import { NumberField } from "../../parts/number-field.tsx";
import { checkValues, errorsBelow } from "../../parts/schema-form/check-values.ts";
import { readSchema } from "../../parts/schema-form/read-schema.ts";
import { SchemaForm } from "../../parts/schema-form/schema-form.tsx";
import { Select } from "../../parts/select.tsx";
import { FailedState } from "../../parts/states.tsx";
import { Switch } from "../../parts/switch.tsx";
import { TextField } from "../../parts/text-field.tsx";
import { TextListField } from "../../parts/text-list-field.tsx";
import type { Effect, PolicyDraft } from "./policy-draft.ts";

export interface PolicyFormProps {
  readonly type: PolicyTypeView;
  readonly start: PolicyDraft;
  readonly busy: boolean;
  /** Why the server refused, or null. */
  readonly error: unknown;
  readonly onSave: (draft: PolicyDraft) => void;
  /** Beside the button: a way out. */
  readonly children?: ReactNode;
}

export function PolicyForm({ type, start, busy, error, onSave, children }: PolicyFormProps): ReactElement {
  const [draft, setDraft] = useState(start);
  const [tried, setTried] = useState(false);
  const change = (part: Partial<PolicyDraft>): void => setDraft({ ...draft, ...part });
  const problem = error === null ? null : toProblem(error);
  const own = checkValues(readSchema(type.schema), draft.config);
  const refused = problem?.fields ?? {};
  const errors = tried ? { ...errorsBelow("config", refused), ...own } : {};
  const titleError = draft.title.trim() === "" ? "A policy needs a name." : (refused["title"] ?? null);
  const save = (): void => {
    setTried(true);
    if (Object.keys(own).length === 0 && draft.title.trim() !== "") onSave(draft);
  };
  return (
    <form
      className="max-w-3xl space-y-5"
      onSubmit={(event) => {
        event.preventDefault();
        if (!busy) save();
      }}
    >
      {problem !== null && <FailedState error={problem} title="The policy was not saved" />}
      <Card title="Policy">
        <div className="space-y-4">
          <TextField
            label="Name"
            required
            value={draft.title}
            onChange={(title) => change({ title })}
            lengthMax={200}
            error={tried ? titleError : null}
          />
          <TextField
            label="Description"
            lines={2}
            value={draft.description}
            onChange={(description) => change({ description })}
            lengthMax={4000}
          />
        </div>
      </Card>
      <Card title={type.title}>
        <p className="mb-4 text-muted">{type.description}</p>
        <SchemaForm
          schema={type.schema}
          value={draft.config}
          onChange={(config) => change({ config })}
          errors={errors}
        />
      </Card>
      <Effects draft={draft} onChange={change} />
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" look="primary" busy={busy}>
          Save
        </Button>
        {children}
      </div>
    </form>
  );
}

interface EffectsProps {
  readonly draft: PolicyDraft;
  readonly onChange: (part: Partial<PolicyDraft>) => void;
}

function Effects({ draft, onChange }: EffectsProps): ReactElement {
  return (
    <Card title="Effect and scope">
      <div className="space-y-4">
        <Switch label="Enabled" checked={draft.enabled} onChange={(enabled) => onChange({ enabled })} />
        <Select<Effect>
          label="When it is not met"
          value={draft.effect}
          onChange={(effect) => onChange({ effect })}
          options={[
            { value: "block", label: "Block: a gate stops the image" },
            { value: "warn", label: "Warn: a gate lets it pass and says so" },
            { value: "report", label: "Report: shown here only" },
          ]}
        />
        <NumberField
          label="Weight"
          hint="Points of the grade, 0 to 1000; 0 is not scored."
          value={draft.weight}
          onChange={(weight) => onChange({ weight })}
          min={0}
          max={1000}
          step={1}
        />
        <TextListField
          label="Repositories"
          noun="repository"
          none="All repositories"
          hint="With their registry; * stands for any text."
          placeholder="registry.example.com/acme/*"
          values={draft.repositories}
          onChange={(repositories) => onChange({ repositories })}
          lengthMax={500}
        />
        <TextListField
          label="Environments"
          noun="environment"
          none="All images, deployed or not"
          hint="With some, it is only asked of images that are recorded in them."
          values={draft.environments}
          onChange={(environments) => onChange({ environments })}
          lengthMax={63}
        />
      </div>
    </Card>
  );
}
