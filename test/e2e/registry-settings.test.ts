/** The lines that a registry is given: a real one starts with them, and tells enough that a chart is not taken for an image. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { distributionSettings } from "../../src/cli/server/notification-settings.ts";
import { readNotification } from "../../src/registries/kinds.ts";
import { startRegistry } from "../helpers/local-registry.ts";
import { buildImage, descriptor } from "../helpers/oci-image.ts";
import { file } from "../helpers/oci-tar.ts";
import { skipWithoutPrograms } from "../helpers/programs.ts";

interface Told {
  readonly authorization: string | undefined;
  readonly contentType: string;
  readonly body: unknown;
}

test(
  "a real registry tells of an image and of a chart, each as what it is",
  { skip: skipWithoutPrograms("docker-registry") },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "plimsoll-settings-"));
    const told: Told[] = [];
    let wake = (): void => {};
    const receiver = createServer((request, response) => {
      const pieces: Buffer[] = [];
      request.on("data", (piece: Buffer) => pieces.push(piece));
      request.on("end", () => {
        const body = JSON.parse(Buffer.concat(pieces).toString()) as unknown;
        const { authorization, "content-type": contentType = "" } = request.headers;
        told.push({ authorization, contentType, body });
        response.end();
        wake();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    const settings = distributionSettings({ org: "acme", url, token: "plim_secret" });
    const registry = await startRegistry(join(folder, "registry"), null, settings);
    const next = async (count: number): Promise<Told> => {
      while (told.length < count) await new Promise<void>((resolve) => (wake = resolve));
      return told[count - 1]!;
    };
    try {
      const config = Buffer.from('{"name":"chart"}');
      const layer = Buffer.from("a chart");
      const mediaType = "application/vnd.oci.image.manifest.v1+json";
      const chart = Buffer.from(
        JSON.stringify({
          schemaVersion: 2,
          mediaType,
          config: descriptor(config, "application/vnd.cncf.helm.config.v1+json"),
          layers: [descriptor(layer, "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
        }),
      );
      const blobs = new Map([config, layer].map((blob) => [descriptor(blob, "").digest, blob]));
      await registry.push("acme/app", "chart", { bytes: chart, mediaType, blobs });
      const ofChart = await next(1);
      assert.equal(ofChart.authorization, "Bearer plim_secret");
      assert.deepEqual(readNotification("distribution", ofChart), { pushes: [], ignored: 1, problems: [] });
      const image = buildImage({ layers: [{ entries: [file("etc/os-release", "ID=alpine\n")] }] });
      await registry.push("acme/app", "1", {
        bytes: image.manifest,
        mediaType: image.manifestMediaType,
        blobs: image.blobs,
      });
      const { pushes, problems } = readNotification("distribution", await next(2));
      assert.deepEqual(
        pushes.map(({ repository, tag, digest }) => [repository, tag, digest]),
        [["acme/app", "1", image.manifestDigest]],
      );
      assert.deepEqual(problems, []);
    } finally {
      await registry.stop();
      receiver.closeAllConnections();
      await new Promise((resolve) => receiver.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
