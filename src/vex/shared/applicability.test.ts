import assert from "node:assert/strict";
import { test } from "node:test";
import type { Package } from "../../domain/package.ts";
import { packageWith, statementWith } from "../fixtures/findings.ts";
import { statementMatcher } from "./applicability.ts";
import { canonicalRepository, type VexImageIdentity } from "./image-identity.ts";
import { packageSubject } from "./package-identity.ts";

const digest = `sha256:${"1".repeat(64)}`;
const indexDigest = `sha256:${"2".repeat(64)}`;
const otherDigest = `sha256:${"3".repeat(64)}`;
const app: VexImageIdentity = { repository: "docker.io/org/app", tag: "1.2", digests: [digest, indexDigest] };
const nginx: VexImageIdentity = { ...app, repository: "docker.io/library/nginx" };
const ghcr: VexImageIdentity = { ...app, repository: "ghcr.io/org/app", architecture: "arm64" };
const archive: VexImageIdentity = { repository: null, tag: null, digests: [digest] };

const imageRows: [id: string, image: VexImageIdentity, result: number | string][] = [
  ["pkg:docker/org/app", app, 0],
  ["pkg:docker/org/app@1.2", app, 1],
  ["pkg:docker/org/app@1.3", app, "other-image"],
  [`pkg:docker/org/app@${digest}`, app, 2],
  [`pkg:docker/org/app@${digest.replace(":", "%3A")}`, app, 2],
  [`pkg:docker/org/app@${indexDigest}`, app, 2],
  [`pkg:docker/org/app@${otherDigest}`, app, "other-image"],
  [`pkg:docker/mirror/app@${digest}`, app, 2],
  ["pkg:docker/org/other", app, "other-image"],
  ["pkg:docker/app", app, "other-image"],
  ["pkg:docker/docker.io/org/app@1.2", app, 1],
  ["pkg:docker/index.docker.io/org/app@1.2", app, 1],
  ["pkg:docker/nginx", nginx, 0],
  ["pkg:docker/library/nginx@1.2", nginx, 1],
  ["pkg:docker/ghcr.io/org/app@1.2", ghcr, 1],
  ["pkg:docker/org/app@1.2?repository_url=ghcr.io", ghcr, 1],
  ["pkg:docker/org/app@1.2", ghcr, "other-image"],
  ["pkg:docker/ghcr.io/org/app?platform=linux%2Farm64", ghcr, 0],
  ["pkg:docker/ghcr.io/org/app?platform=linux%2Famd64", ghcr, "other-image"],
  ["pkg:oci/app?repository_url=ghcr.io/org/app&arch=aarch64", ghcr, 0],
  ["pkg:oci/app?repository_url=ghcr.io/org/app&arch=amd64", ghcr, "other-image"],
  ["pkg:oci/app?repository_url=index.docker.io%2Forg%2Fapp", app, 0],
  ["pkg:oci/app?repository_url=docker.io/org/app&tag=1.2", app, 1],
  ["pkg:oci/app?repository_url=docker.io/org/app&tag=1.3", app, "other-image"],
  [`pkg:oci/app@${digest}?repository_url=docker.io/org/app`, app, 2],
  [`pkg:oci/app@${otherDigest}?repository_url=docker.io/org/app&tag=1.2`, app, "other-image"],
  ["pkg:oci/app?repository_url=https://docker.io/org/app", app, 0],
  ["pkg:oci/org%2Fapp", app, 0],
  ["pkg:oci/app", app, "other-image"],
  ["docker.io/org/app:1.2", app, 1],
  ["index.docker.io/org/app:1.2", app, 1],
  ["org/app", app, 0],
  ["nginx", nginx, 0],
  ["library/nginx:1.2", nginx, 1],
  [`nginx@${digest}`, nginx, 2],
  [`nginx:9@${digest}`, nginx, 2],
  [digest, app, 2],
  [otherDigest, app, "other-image"],
  ["localhost:5000/org/app:1.2", { ...app, repository: "localhost:5000/org/app" }, 1],
  ["pkg:docker/org/app", archive, "other-image"],
  [`pkg:docker/org/app@${digest}`, archive, 2],
  ["https://example.com/products/app", app, "product-unreadable"],
  ["pkg:", app, "product-unreadable"],
  ["cpe:2.3:a:org:app:1.2:*:*:*:*:*:*:*", app, "product-unreadable"],
];

for (const [id, image, expected] of imageRows) {
  test(`vex product: ${id} and ${image.repository ?? "an archive"}: ${expected}`, () => {
    const statement = statementWith({ products: [{ ids: [id], subcomponents: [] }] });
    assert.equal(statementMatcher(image)(statement, packageSubject(packageWith())), expected);
  });
}

const express = packageWith({
  ecosystem: "npm",
  namespace: "@types",
  name: "node",
  version: "20.1.0",
  purl: "pkg:npm/%40types/node@20.1.0",
  sourcePackage: null,
  architecture: null,
});
const goModule = packageWith({
  ecosystem: "golang",
  namespace: "github.com/moby",
  name: "moby",
  version: "v1.4.2",
  purl: "pkg:golang/github.com/moby/moby@v1.4.2",
  sourcePackage: null,
  architecture: null,
});
const moduleNode = packageWith({
  ecosystem: "rpm",
  namespace: "redhat",
  name: "nodejs",
  version: "1:18.1-1",
  purl: "pkg:rpm/redhat/nodejs@18.1-1?arch=x86_64&distro=rhel-8.9&epoch=1",
  sourcePackage: null,
  architecture: "x86_64",
  modularity: "nodejs:18:8080020230718:63b34585",
});
const { modularity: _, ...outsideModules } = moduleNode;
const plainNode = packageWith(outsideModules);
const labelledNode = packageWith({ ...plainNode, purl: `${moduleNode.purl}&rpmmod=nodejs:18:1:2` });
const libssl = packageWith();
const bySource = packageWith({ sourcePackage: { name: "openssl", version: "9" } });

const packageRows: [id: string, pkg: Package, exactness: 1 | 2 | null][] = [
  ["pkg:deb/debian/libssl3", libssl, 1],
  ["pkg:deb/debian/libssl3@3.0.11-1~deb12u2", libssl, 2],
  ["pkg:deb/debian/libssl3@3.0.11-1%7Edeb12u2", libssl, 2],
  ["pkg:deb/debian/libssl3@3.0.11", libssl, null],
  ["pkg:deb/ubuntu/libssl3", libssl, null],
  ["pkg:deb/libssl3", libssl, null],
  ["pkg:rpm/debian/libssl3", libssl, null],
  ["pkg:deb/debian/libssl", libssl, null],
  ["pkg:deb/debian/openssl", libssl, 1],
  ["pkg:deb/debian/openssl@3.0.11-1~deb12u2", libssl, 2],
  ["pkg:deb/debian/openssl@9", bySource, 2],
  ["pkg:deb/debian/openssl@3.0.11-1~deb12u2", bySource, null],
  ["pkg:deb/debian/libssl3@9", bySource, null],
  ["pkg:deb/debian/libssl3?os_distro=bookworm&os_name=debian&os_version=12", libssl, 1],
  ["pkg:deb/debian/libssl3?os_distro=trixie&os_name=debian&os_version=13", libssl, null],
  ["pkg:deb/debian/libssl3?os_distro=trixie", libssl, null],
  ["pkg:deb/debian/libssl3?os_version=12.5", libssl, 1],
  ["pkg:deb/debian/libssl3?os_name=ubuntu", libssl, null],
  ["pkg:deb/debian/libssl3?distro=debian-12", libssl, 1],
  ["pkg:deb/debian/libssl3?distro=bookworm", libssl, 1],
  ["pkg:deb/debian/libssl3?distro=debian-11", libssl, null],
  ["pkg:deb/debian/libssl3?arch=amd64", libssl, 1],
  ["pkg:deb/debian/libssl3?arch=x86_64", libssl, 1],
  ["pkg:deb/debian/openssl?arch=source", libssl, 1],
  ["pkg:deb/debian/libssl3?arch=all", libssl, 1],
  ["pkg:deb/debian/libssl3?arch=arm64", libssl, null],
  ["pkg:deb/debian/libssl3?upstream=openssl", libssl, 1],
  ["pkg:npm/@types/node", express, 1],
  ["pkg:npm/%40types/node@20.1.0", express, 2],
  ["pkg:npm/node@20.1.0", express, null],
  ["pkg:golang/github.com/moby/moby@v1.4.2", goModule, 2],
  ["pkg:golang/github.com/moby/moby@1.4.2", goModule, 2],
  ["pkg:golang/github.com/moby/moby/v2", goModule, null],
  ["pkg:rpm/redhat/nodejs?rpmmod=nodejs:18", moduleNode, 1],
  ["pkg:rpm/redhat/nodejs?rpmmod=nodejs:18:8080:c0ffee", labelledNode, 1],
  ["pkg:rpm/redhat/nodejs?rpmmod=nodejs:20", moduleNode, null],
  ["pkg:rpm/redhat/nodejs?rpmmod=nodejs:18", plainNode, null],
  ["pkg:rpm/redhat/nodejs", moduleNode, 1],
];

for (const [id, pkg, exactness] of packageRows) {
  test(`vex package: ${id} and ${pkg.purl}: ${exactness}`, () => {
    const subject = packageSubject(pkg);
    const match = statementMatcher(app);
    const asProduct = match(statementWith({ products: [{ ids: [id], subcomponents: [] }] }), subject);
    assert.equal(asProduct, exactness === null ? "other-package" : exactness * 10);
    const inImage = match(
      statementWith({ products: [{ ids: ["org/app:1.2"], subcomponents: [id] }] }),
      subject,
    );
    assert.equal(inImage, exactness === null ? "other-package" : exactness * 10 + 1);
    const inOther = match(
      statementWith({ products: [{ ids: ["org/other"], subcomponents: [id] }] }),
      subject,
    );
    assert.equal(inOther, "other-image");
  });
}

const ranged: [id: string, versions: readonly string[], result: number | string][] = [
  ["pkg:npm/%40types/node", ["vers:npm/<21.0.0"], 20],
  ["pkg:npm/%40types/node", ["vers:npm/<20.0.0"], "other-package"],
  ["pkg:npm/%40types/node", ["vers:npm/*"], 10],
  ["pkg:npm/%40types/node", ["vers:npm/*", "vers:npm/20.1.0"], 20],
  ["pkg:npm/%40types/node", [], "other-package"],
  ["pkg:npm/%40types/node@20.1.0", ["vers:npm/<21.0.0"], 20],
  ["pkg:npm/%40types/node@20.1.0", ["vers:npm/<20.0.0"], "other-package"],
  ["pkg:npm/%40types/node@20.1.0", [], "other-package"],
];

for (const [id, versions, expected] of ranged) {
  test(`vex package: ${id} in ${JSON.stringify(versions)}: ${expected}`, () => {
    const statement = statementWith({ products: [{ ids: [id], subcomponents: [], versions }] });
    assert.equal(statementMatcher(app)(statement, packageSubject(express)), expected);
  });
}

test("vex product: a package that holds others is not guessed at, a source package with its binaries is known", () => {
  const match = statementMatcher(app);
  const of = (product: string, part: string) =>
    match(statementWith({ products: [{ ids: [product], subcomponents: [part] }] }), packageSubject(libssl));
  assert.equal(of("pkg:golang/example.com/tool", "pkg:deb/debian/libssl3"), "package-in-package");
  assert.equal(of("pkg:deb/debian/openssl", "pkg:deb/debian/libssl3"), 10);
  assert.equal(of("pkg:deb/debian/openssl", "pkg:deb/debian/openssl-provider"), "package-in-package");
});

test("vex product: a part of a package applies where the inventory says that it is in it alone", () => {
  const asked: string[] = [];
  const match = statementMatcher(app, (product, part) => {
    asked.push(`${product.name} ${part.purl}`);
    return product.name === "tool";
  });
  const of = (product: string, part: string) =>
    match(statementWith({ products: [{ ids: [product], subcomponents: [part] }] }), packageSubject(libssl));
  assert.equal(of("pkg:golang/example.com/tool", "pkg:deb/debian/libssl3"), 10);
  assert.equal(of("pkg:golang/example.com/tool", "pkg:deb/debian/other"), "package-in-package");
  assert.equal(of("pkg:golang/example.com/other", "pkg:deb/debian/libssl3"), "package-in-package");
  assert.deepEqual([...new Set(asked)], [`tool ${libssl.purl}`, `other ${libssl.purl}`]);
});

test("vex product: the most exact of several products counts", () => {
  const products = ["https://example.com/x", "org/app", "pkg:deb/debian/libssl3"].map((id) => ({
    ids: [id],
    subcomponents: [],
  }));
  assert.equal(statementMatcher(app)(statementWith({ products }), packageSubject(libssl)), 10);
  assert.equal(
    statementMatcher(app)(statementWith({ products: products.slice(0, 2) }), packageSubject(libssl)),
    0,
  );
});

const repositories: [text: string, canonical: string][] = [
  ["nginx", "docker.io/library/nginx"],
  ["library/nginx", "docker.io/library/nginx"],
  ["docker.io/nginx", "docker.io/library/nginx"],
  ["index.docker.io/library/nginx", "docker.io/library/nginx"],
  ["registry-1.docker.io/org/app", "docker.io/org/app"],
  ["org/app", "docker.io/org/app"],
  ["GHCR.io/Org/App", "ghcr.io/org/app"],
  ["localhost/app", "localhost/app"],
  ["host:5000/app", "host:5000/app"],
];

for (const [text, canonical] of repositories) {
  test(`vex repository: ${text} is ${canonical}`, () => {
    assert.equal(canonicalRepository(text), canonical);
    assert.equal(canonicalRepository(canonical), canonical);
  });
}
