/** Checks of the configuration and of the build history. */
import { ofHistory, finding, judge, notChecked, ofImage } from "../outcome.ts";
import { commandChecks } from "../command-checks.ts";
import { judgeCommand, readStep, type BuildStep } from "../commands.ts";
import type { CheckOutcome, HygieneCheck, HygieneFacts } from "../types.ts";

const DOCKLE = "https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md";
const CIS = "https://www.cisecurity.org/benchmark/docker";

/** Steps of the history with their position. The first layer is the base's own files, whatever wrote them. */
function steps({
  image,
}: HygieneFacts): readonly (BuildStep & { readonly step: number; readonly layerIndex: number | null })[] {
  let layer = -1;
  const pairs = image.config.history.filter(({ emptyLayer }) => !emptyLayer).length === image.layers.length;
  return image.config.history.flatMap(({ createdBy, emptyLayer }, step) => {
    if (!emptyLayer) layer += 1;
    if (createdBy === null) return [];
    return [{ ...readStep(createdBy), step, layerIndex: pairs && !emptyLayer ? layer : null }];
  });
}

function commandsOf(check: string): (facts: HygieneFacts) => CheckOutcome {
  return ofHistory((facts) =>
    judge(
      steps(facts)
        .filter(({ instruction }) => instruction === "RUN")
        .flatMap(({ text, step, layerIndex }) =>
          judgeCommand(text)
            .filter((row) => row.check === check)
            .map(({ message }) => finding(`${message} (build step ${step + 1})`, { layerIndex })),
        ),
    ),
  );
}

/** `22/tcp` */
function portOf(port: string): number {
  const number = /^\d{1,5}/.exec(port)?.[0];
  return number === undefined ? Number.NaN : Number(number);
}

const SENSITIVE_VOLUMES =
  /(?:^|[\s"'[,])\/(?:dev|proc|sys|etc|boot|var\/run|run|var\/run\/docker\.sock)?(?=["'\s\],]|$)/;

export const buildChecks: readonly HygieneCheck[] = [
  ...commandChecks.map((check): HygieneCheck => ({ ...check, evaluate: commandsOf(check.id) })),
  {
    id: "CIS-DI-0001",
    title: "Runs as a user other than root",
    severity: "high",
    references: [CIS, DOCKLE],
    fix: "Add a user and a USER instruction to the last stage of the Dockerfile.",
    evaluate: ofImage(({ image }) => {
      const { user } = image.config;
      const name = (user.split(":", 1)[0] ?? "").trim();
      if (name === "") return judge([finding("No USER is set, so it runs as root")]);
      return judge(
        name === "root" || /^[+-]?0+$/.test(name) ? [finding(`USER is "${user}", which is root`)] : [],
      );
    }),
  },
  {
    id: "CIS-DI-0006",
    title: "Has a HEALTHCHECK",
    severity: "low",
    references: [CIS, DOCKLE],
    fix: "Add a HEALTHCHECK instruction; where an orchestrator probes the container, this can be left.",
    evaluate: ofHistory((facts) => {
      const last = steps(facts).findLast(({ instruction }) => instruction === "HEALTHCHECK");
      if (last === undefined) return judge([finding("No HEALTHCHECK instruction is in the history")]);
      return judge(/^(?:NONE|&\{\["NONE"\])/.test(last.text) ? [finding("HEALTHCHECK is switched off")] : []);
    }),
  },
  {
    id: "CIS-DI-0009",
    title: "Files are added by COPY, not by ADD",
    severity: "low",
    references: [CIS, DOCKLE],
    fix: "Write COPY, unless an archive is to be unpacked.",
    evaluate: ofHistory((facts) =>
      judge(
        steps(facts)
          .filter(
            ({ instruction, text, layerIndex }) =>
              instruction === "ADD" && layerIndex !== 0 && !isBaseFiles(text) && !isAddress(text),
          )
          .map(({ step, layerIndex }) => finding(`ADD is used in build step ${step + 1}`, { layerIndex })),
      ),
    ),
  },
  {
    id: "PLM-0001",
    title: "Nothing is added from an address",
    severity: "high",
    references: [CIS, "https://docs.docker.com/reference/dockerfile/#add"],
    fix: "Use ADD --checksum=sha256:…, or download and compare the digest in a RUN instruction.",
    evaluate: ofHistory((facts) =>
      judge(
        steps(facts)
          .filter(
            ({ instruction, text }) =>
              instruction === "ADD" && isAddress(text) && !text.includes("--checksum="),
          )
          .map(({ step, layerIndex }) =>
            finding(`ADD from an address, without a digest, in build step ${step + 1}`, { layerIndex }),
          ),
      ),
    ),
  },
  {
    id: "CIS-DI-0010",
    title: "No secrets in the configuration or in files",
    severity: "critical",
    references: [CIS, DOCKLE],
    fix: "Replace the secret at its issuer; hand it over at run time, or while building by RUN --mount=type=secret.",
    evaluate: ({ secrets }) =>
      secrets === null
        ? notChecked("secrets were not searched for")
        : judge(
            secrets.map(({ title, place, removedIn }) => {
              const gone =
                removedIn === null ? "" : `, deleted in layer ${removedIn.layerIndex} but still in the image`;
              if (place.kind !== "file")
                return finding(
                  `${title} in ${place.kind === "environment" ? `the environment (${place.name})` : place.kind}`,
                );
              return finding(`${title} in line ${place.line}${gone}`, {
                path: place.path,
                layerIndex: place.layerIndex,
              });
            }),
          ),
  },
  {
    id: "DKL-DI-0002",
    title: "No sensitive folder is a volume",
    severity: "high",
    references: [DOCKLE],
    fix: "Take the folder out of the VOLUME instruction.",
    evaluate: ofHistory((facts) =>
      judge(
        steps(facts)
          .filter(({ instruction, text }) => instruction === "VOLUME" && SENSITIVE_VOLUMES.test(text))
          .map(({ text, step }) => finding(`VOLUME ${text} in build step ${step + 1}`)),
      ),
    ),
  },
  {
    id: "DKL-DI-0006",
    title: "The tag is not latest",
    severity: "low",
    references: [DOCKLE],
    fix: "Use a tag that names a version, or the digest.",
    evaluate: ofImage(({ image }) => {
      if (image.tag === null) return notChecked("the image was not named by a tag");
      return judge(image.tag === "latest" ? [finding("The tag is latest")] : []);
    }),
  },
  {
    id: "PLM-0002",
    title: "No privileged port is exposed",
    severity: "low",
    references: ["https://docs.docker.com/reference/dockerfile/#expose"],
    fix: "Listen on a port above 1023, which needs no root, and map it when running.",
    evaluate: ofImage(({ image }) =>
      judge(
        image.config.exposedPorts
          .filter((port) => portOf(port) < 1024)
          .map((port) => finding(`Port ${port} is exposed`)),
      ),
    ),
  },
  {
    id: "PLM-0003",
    title: "No SSH server",
    severity: "medium",
    references: ["https://www.stigviewer.com/stig/docker_enterprise_2.x_linuxunix/", CIS],
    fix: "Take sshd out of the image; open a shell with docker exec or kubectl exec.",
    evaluate: ({ image, isImage, survey }) => {
      const ports = image.config.exposedPorts.filter((port) => portOf(port) === 22);
      const daemon = survey?.programs.get("sshd") ?? survey?.programs.get("dropbear");
      if (survey === null && !isImage) return notChecked("neither files nor configuration were read");
      return judge([
        ...ports.map((port) => finding(`Port ${port} is exposed`)),
        ...(daemon === undefined
          ? []
          : [finding("An SSH server is installed", { path: daemon.path, layerIndex: daemon.layerIndex })]),
      ]);
    },
  },
  {
    id: "PLM-0011",
    title: "The base image is pinned by its digest",
    severity: "low",
    references: ["https://docs.docker.com/build/building/best-practices/#pin-base-image-versions"],
    fix: "Name the base by its digest in FROM, and renew it with the help of a bot.",
    evaluate: ofImage(({ image }) => {
      const named = (key: string): string | undefined => image.annotations[key] ?? image.config.labels[key];
      const name = named("org.opencontainers.image.base.name");
      if (named("org.opencontainers.image.base.digest") !== undefined || name?.includes("@sha256:") === true)
        return judge([]);
      return name === undefined
        ? notChecked("the image does not say what it was built on")
        : judge([finding(`The base is named as ${name}, without a digest`)]);
    }),
  },
  {
    id: "PLM-0010",
    title: "Layers hold no files that later layers delete or replace",
    severity: "low",
    references: ["https://docs.docker.com/build/building/best-practices/#create-ephemeral-containers"],
    fix: "Create and delete files in the same RUN instruction, or build in a stage of its own.",
    evaluate: ({ waste, image }) => {
      if (waste === null) return notChecked("layers were not told apart");
      return judge(
        waste
          .filter(({ bytes }) => bytes >= WASTE_BYTES_MIN)
          .map(({ layerIndex, bytes, fileCount }) => {
            const command = image.layers[layerIndex]?.command ?? null;
            const size = `${(bytes / 1e6).toFixed(1)} MB in ${fileCount} files`;
            return finding(
              `${size} of layer ${layerIndex} are deleted or replaced later${command === null ? "" : `: ${command.slice(0, 120)}`}`,
              { layerIndex },
            );
          }),
      );
    },
  },
];

const WASTE_BYTES_MIN = 5_000_000;

/** The file system of a base image, as its build writes it. */
function isBaseFiles(text: string): boolean {
  return /^(?:file|multi):\S{1,200}\s{1,8}in\s{1,8}\/\s{0,8}$|^\S{1,200}\.tar(?:\.\w{1,4})?\s{1,8}\/\s{0,4}$|rootfs/.test(
    text,
  );
}

function isAddress(text: string): boolean {
  return /(?:^|\s)(?:https?|ftp|git):\/\/|^[a-f0-9]{64} in /.test(text);
}
