/**
 * A list of texts: each with a button that deletes it, and a line to add another. Several can be pasted at once, one a line.
 * Deleting moves the focus to the next entry's button, so that the keyboard does not start from the top again.
 */
import { useId, useRef, useState, type KeyboardEvent, type ReactElement } from "react";
import { printable } from "../display/printable.ts";
import { Button } from "./button.tsx";
import { describedBy, FieldError, inputClasses, type FieldProps } from "./field.tsx";
import { Icon } from "./icon.tsx";

export interface TextListFieldProps extends FieldProps {
  readonly values: readonly string[];
  readonly onChange: (values: readonly string[]) => void;
  /** One entry, in words: "pattern", "repository". */
  readonly noun: string;
  /** What an empty list means: "All repositories". Default: that there is none yet. */
  readonly none?: string;
  readonly placeholder?: string;
  readonly lengthMax?: number;
  /** What is wrong with single entries, by position. */
  readonly entryErrors?: Readonly<Record<number, string>>;
}

export function TextListField(props: TextListFieldProps): ReactElement {
  const id = useId();
  const { label, hint, error = null, required = false, disabled = false, values, onChange, noun } = props;
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLUListElement>(null);
  const input = useRef<HTMLInputElement>(null);

  const add = (text: string): void => {
    const added = text
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line, at, all) => line !== "" && !values.includes(line) && all.indexOf(line) === at);
    if (added.length > 0) onChange([...values, ...added]);
    setTyped("");
    input.current?.focus();
  };
  const remove = (at: number): void => {
    onChange(values.filter((_, other) => other !== at));
    const buttons = list.current?.querySelectorAll("button") ?? [];
    (buttons[at + 1] ?? buttons[at - 1] ?? input.current)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>): void => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    // Enter adds; only with nothing typed does it send the form.
    if (typed.trim() === "") return;
    event.preventDefault();
    add(typed);
  };

  return (
    <div role="group" aria-labelledby={`${id}-label`} className="space-y-1">
      <label id={`${id}-label`} htmlFor={id} className="block font-medium">
        {label}
        {required && <span className="font-normal text-muted"> (required)</span>}
      </label>
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </div>
      )}
      <Entries {...props} list={list} onRemove={remove} />
      <div className="flex gap-2">
        <input
          id={id}
          ref={input}
          value={typed}
          disabled={disabled}
          maxLength={props.lengthMax}
          placeholder={props.placeholder}
          autoComplete="off"
          spellCheck={false}
          aria-describedby={describedBy(id, hint !== undefined, error !== null)}
          aria-invalid={error === null ? undefined : true}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKeyDown}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text");
            if (!text.includes("\n")) return;
            event.preventDefault();
            add(typed + text);
          }}
          className={`${inputClasses} font-mono`}
        />
        <Button icon="add" disabled={disabled || typed.trim() === ""} onClick={() => add(typed)}>
          Add {noun}
        </Button>
      </div>
      <FieldError id={`${id}-error`} error={error} />
    </div>
  );
}

interface EntriesProps extends TextListFieldProps {
  readonly list: React.RefObject<HTMLUListElement | null>;
  readonly onRemove: (at: number) => void;
}

function Entries({
  values,
  entryErrors = {},
  noun,
  none,
  label,
  disabled,
  list,
  onRemove,
}: EntriesProps): ReactElement {
  if (values.length === 0)
    return <p className="py-1 text-sm text-muted italic">{none ?? `No ${noun} yet`}</p>;
  return (
    <ul ref={list} aria-label={label} className="flex flex-wrap gap-1.5 py-0.5">
      {values.map((value, at) => (
        <li key={value} className="max-w-full">
          <span
            className={`inline-flex max-w-full items-center gap-1 rounded-md border bg-sunken py-0.5 pr-0.5 pl-2 ${entryErrors[at] === undefined ? "border-line" : "border-not-met"}`}
          >
            <bdi className="font-mono [overflow-wrap:anywhere]">{printable(value, { charsMax: 300 })}</bdi>
            <button
              type="button"
              disabled={disabled}
              aria-label={`Delete ${noun} ${printable(value, { charsMax: 100 })}`}
              title="Delete"
              onClick={() => onRemove(at)}
              className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm text-muted hover:bg-line hover:text-text"
            >
              <Icon name="close" className="size-3.5" />
            </button>
          </span>
          {entryErrors[at] !== undefined && <FieldError id={`${noun}-${at}`} error={entryErrors[at]} />}
        </li>
      ))}
    </ul>
  );
}
