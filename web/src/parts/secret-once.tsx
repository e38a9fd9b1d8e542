/** A secret that is shown this one time: a token, a link with one in it. Takes the focus when it comes, so that it is not missed. */
import { useEffect, useRef, type ReactElement, type ReactNode } from "react";
import { CodeBlock } from "./code-block.tsx";
import { Icon } from "./icon.tsx";

export interface SecretOnceProps {
  /** "token", "link". */
  readonly noun: string;
  /** The noun stands for several: "settings". */
  readonly plural?: boolean;
  readonly title: string;
  readonly secret: string;
  /** What to do with it. */
  readonly children?: ReactNode;
}

export function SecretOnce(props: SecretOnceProps): ReactElement {
  const { noun, plural = false, title, secret, children } = props;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div
      ref={box}
      role="group"
      aria-label={`The ${noun} ${plural ? "are" : "is"} shown once`}
      tabIndex={-1}
      className="space-y-3 outline-none"
    >
      <p className="flex items-start gap-2">
        <Icon name="alert" className="mt-0.5 text-stale" />
        <span>
          <strong className="font-semibold">Copy the {noun} now.</strong> {plural ? "They are" : "It is"} not
          shown again.
        </span>
      </p>
      <CodeBlock title={title} text={secret} noun={noun} />
      {children !== undefined && <div className="text-sm text-muted">{children}</div>}
    </div>
  );
}
