/** Text from an image, a registry or a person: made visible by `printable`, and kept from turning the text around it. */
import type { ReactElement } from "react";
import { printable } from "../display/printable.ts";

export interface PlainTextProps {
  readonly text: string;
  /** Keeps line feeds and tabs. */
  readonly lines?: boolean;
  readonly charsMax?: number;
  readonly mono?: boolean;
  readonly className?: string;
}

export function PlainText({
  text,
  lines = false,
  charsMax,
  mono = false,
  className,
}: PlainTextProps): ReactElement {
  const wrap = lines ? "whitespace-pre-wrap" : "";
  return (
    <bdi
      className={`[overflow-wrap:anywhere] ${mono ? "font-mono text-[0.93em]" : ""} ${wrap} ${className ?? ""}`}
    >
      {printable(text, { lines, ...(charsMax === undefined ? {} : { charsMax }) })}
    </bdi>
  );
}
