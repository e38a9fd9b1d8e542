/**
 * The name of a repository, `registry.example.com/acme/my-app`, with or without a tag: the registry's host stands back, and the line
 * breaks after a slash rather than in a word. As text it is the whole name.
 */
import { Fragment, type ReactElement } from "react";
import { printable } from "../display/printable.ts";

const NAME_CHARS_MAX = 500;

export function RepositoryName({ name }: { name: string }): ReactElement {
  const parts = printable(name, { charsMax: NAME_CHARS_MAX }).split("/");
  return (
    <bdi className="[overflow-wrap:anywhere]">
      {parts.map((part, at) => {
        const isLast = at === parts.length - 1;
        return (
          <Fragment key={at}>
            <span className={at === 0 && !isLast ? "text-sm font-normal text-muted" : undefined}>
              {part}
              {isLast ? "" : "/"}
            </span>
            {!isLast && <wbr />}
          </Fragment>
        );
      })}
    </bdi>
  );
}
