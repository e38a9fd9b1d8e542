/** Buttons, badges and small parts. */
import type { ReactElement } from "react";
import { Button } from "../parts/button.tsx";
import { Card } from "../parts/card.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { Digest } from "../parts/digest.tsx";
import { Facts } from "../parts/facts.tsx";
import { GradeBadge } from "../parts/grade-badge.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { ButtonLink, DownloadLink, ExternalLink, TextLink } from "../parts/link.tsx";
import { PlainText } from "../parts/plain-text.tsx";
import { SeverityBadge } from "../parts/severity-badge.tsx";
import { SeverityCounts } from "../parts/severity-counts.tsx";
import { severities } from "../parts/severity.ts";
import { StatusBadge } from "../parts/status-badge.tsx";
import { Tag } from "../parts/tag.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";

const digest = "sha256:4bcff63911fcb4448bd4fdacec207030997caf25e9bea4045fa6c8c44de311d1";
const row = "flex flex-wrap items-center gap-3";

export function BadgesShow(): ReactElement {
  return (
    <Card title="Buttons and badges">
      <div className="space-y-4">
        <div className={row}>
          <Button look="primary">Primary</Button>
          <Button>Secondary</Button>
          <Button look="quiet">Quiet</Button>
          <Button look="danger" icon="trash">
            Delete policy
          </Button>
          <Button disabled>Disabled</Button>
          <Button look="primary" busy>
            Saving
          </Button>
          <Button size="sm" icon="refresh">
            Small
          </Button>
          <IconButton icon="more" label="More" />
          <ButtonLink to="/" icon="overview">
            A link
          </ButtonLink>
          <DownloadLink href="/plimsoll.svg">SBOM</DownloadLink>
        </div>
        <div className={row}>
          <StatusBadge status="met" />
          <StatusBadge status="not_met" reason="3 deviations" />
          <StatusBadge status="no_data" reason="base only claimed" />
          <Tag>report</Tag>
          <Tag tone="accent">block</Tag>
          <Tag tone="good" icon="check">
            connected
          </Tag>
          <Tag tone="warn" icon="alert">
            incomplete
          </Tag>
          <Tag tone="bad" icon="close">
            failed
          </Tag>
        </div>
        <div className={row}>
          {severities.map((severity) => (
            <SeverityBadge key={severity} severity={severity} />
          ))}
          <SeverityCounts counts={{ critical: 2, high: 14, medium: 0, low: 1234, unspecified: 1 }} />
          <SeverityCounts incomplete counts={{ critical: 0, high: 0, medium: 0, low: 0, unspecified: 0 }} />
          <SeverityCounts counts={null} unknown="No database yet" />
        </div>
        <div className={row}>
          {["A", "B", "C", "D", "E", "F"].map((grade) => (
            <GradeBadge key={grade} grade={grade} percent={50} />
          ))}
          <GradeBadge grade={null} reason="nothing was scored" />
          <GradeBadge grade="B" size="lg" />
          <GradeBadge grade={null} size="lg" />
          <Digest digest={digest} />
          <CopyButton text={digest} noun="digest" words />
        </div>
        <Facts
          facts={[
            { name: "Pushed", value: <TimeAgo time={new Date(Date.now() - 7_300_000).toISOString()} /> },
            { name: "Never", value: <TimeAgo time={null} /> },
            {
              name: "A hostile name",
              value: <PlainText mono text={'<b onclick="x">\u202eexe.\u0007\u200bpng</b>'} />,
            },
            {
              name: "Links",
              value: (
                <>
                  <TextLink to="/">inside</TextLink>,{" "}
                  <ExternalLink href="https://www.cve.org/">CVE-2026-1234</ExternalLink>,{" "}
                  <ExternalLink href="javascript:alert(1)">no link</ExternalLink>
                </>
              ),
            },
          ]}
        />
      </div>
    </Card>
  );
}
