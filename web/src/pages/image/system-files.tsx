/** Evidence of tampering: the files of the distribution's packages against what its database says of them. */
import type { ReactElement } from "react";
import type { ImageInventoryView } from "../../../../src/api/rest/images.ts";
import { amount, counted } from "../../display/amounts.ts";
import { Card } from "../../parts/card.tsx";
import { EmptyState } from "../../parts/states.tsx";
import { PathList } from "./path-list.tsx";

export function SystemFiles({ files }: { files: ImageInventoryView["systemFiles"] }): ReactElement {
  if (files === null)
    return (
      <Card title="System files">
        <EmptyState title="Not known" icon="question">
          No package database lists the files of its packages, so nothing tells which of them were changed.
        </EmptyState>
      </Card>
    );
  const { listed, compared, modified, missing, unowned } = files;
  return (
    <Card title="System files">
      <p className="text-sm text-muted">
        {counted(listed, "file")} listed by packages of the distribution,{" "}
        {compared === 0 ? "none of them compared" : `${amount(compared)} of them compared`} with its database.
      </p>
      <h3 className="mt-3 font-medium">Modified</h3>
      {compared === 0 ? (
        <p className="text-sm text-muted">
          Not known. Files are compared where a policy Untouched system files asks for modified ones, and
          where the database has digests.
        </p>
      ) : (
        <PathList
          label="Modified files"
          noun="file"
          {...modified}
          none="Every file that was compared is as its package brought it."
        />
      )}
      <h3 className="mt-3 font-medium">Missing</h3>
      <PathList
        label="Missing files"
        noun="file"
        {...missing}
        none="Every program and library that is listed is there."
      />
      <h3 className="mt-3 font-medium">Of no package</h3>
      <PathList
        label="Files of no package"
        noun="file"
        {...unowned}
        none="Every program and library in the system's folders is listed by a package."
      />
    </Card>
  );
}
