/**
 * Red Hat's VEX statements: what products and components mean. Only the main stream of Red Hat Enterprise Linux has a place in
 * the database; streams of extended support and layered products are counted.
 */
import type { CsafStatement, CsafVex } from "../shared/csaf.ts";
import { isPackageName } from "../shared/fields.ts";
import { readRpmVex, type Placing } from "../shared/rpm-vex.ts";
import type { FeedReading } from "../types.ts";

export function readRedHatVex(vex: CsafVex): FeedReading {
  return readRpmVex(vex, { place, pageOf: (cve) => `https://access.redhat.com/security/cve/${cve}` });
}

function place(statement: CsafStatement): Placing {
  const space = spaceOf(statement.cpe);
  if (space === null) return { kind: "unsupported", product: `Red Hat ${productOf(statement.cpe)}` };
  const component = statement.module?.endsWith(":flatpak") === true ? null : readComponent(statement);
  if (component === null) return { kind: "nothing" };
  if (statement.status === "fixed" && component.version === null)
    return { kind: "rejected", reason: "a fixed package has no version" };
  return { kind: "placed", placed: { space, ...component, modularity: statement.module } };
}

/** `cpe:/o:redhat:enterprise_linux:8::baseos` is `rpm:rhel:8`; `cpe:/a:redhat:rhel_eus:9.2::appstream` has no place. */
function spaceOf(cpe: string | null): string | null {
  const release = /^cpe:\/[ao]:redhat:enterprise_linux:(\d{1,2})(?:\.\d{1,2})?(?::|$)/.exec(cpe ?? "")?.[1];
  return release === undefined ? null : `rpm:rhel:${release}`;
}

/** `rhel_eus` */
function productOf(cpe: string | null): string {
  return /^cpe:\/[ao]:redhat:([\w-]{1,60})/.exec(cpe ?? "")?.[1] ?? "product without CPE";
}

interface Component {
  readonly name: string;
  readonly version: string | null;
}

/**
 * `pkg:rpm/redhat/libtiff@4.4.0-12.el9?arch=x86_64&epoch=0`, else by the id: `libtiff-0:4.4.0-12.el9.x86_64`, `python39:3.9/python39`,
 * `libtiff.src`. Null: a container, a Flatpak, a module as a whole, or what only debuggers want.
 */
function readComponent({ purl, component }: CsafStatement): Component | null {
  const parsed = purl === null ? readId(component.replace(/::.*$/, "")) : readPurl(purl);
  if (parsed === null || !isPackageName(parsed.name)) return null;
  if (/-debug(?:info|source)(?:-|$)|-flatpak$/.test(parsed.name)) return null;
  return MODULE_VERSION.test(parsed.version ?? "") ? null : parsed;
}

/** `3.9-8100020240826142629.d47b87a4`: when and for what platform a module was built. */
const MODULE_VERSION = /-\d{16,25}\.[0-9a-f]{8}$/;

function readPurl(purl: string): Component | null {
  const match = /^pkg:rpm\/redhat\/([^@?#]{1,200})(?:@([^?#]{1,200}))?(?:\?([^#]*))?/.exec(purl);
  if (match === null) return null;
  const qualifiers = new URLSearchParams(match[3]);
  const epoch = qualifiers.get("epoch") ?? "0";
  const version = match[2] === undefined ? null : `${epoch}:${decode(match[2])}`;
  return { name: decode(match[1] ?? ""), version };
}

function readId(id: string): Component | null {
  const match =
    /^(?:[\w.+-]{1,60}:[\w.+-]{1,60}\/)?([\w.+-]{1,200}?)(?:-(\d{1,9}:[\w.+~^]{1,100}-[\w.+~^]{1,100}?)(?:\.(?:x86_64|aarch64|ppc64le|ppc64|ppc|s390x?|i[36]86|noarch))?)?(?:\.src)?$/.exec(
      id,
    );
  const name = match?.[1];
  if (match === null || name === undefined || name.endsWith("-container")) return null;
  return { name, version: match[2] ?? null };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign of its own: the text is what it is.
    return text;
  }
}
