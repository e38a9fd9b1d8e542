/**
 * Where containerd listens, and which of its name spaces are looked into: by CONTAINERD_ADDRESS and CONTAINERD_NAMESPACE, as `ctr`
 * and `nerdctl` read them.
 */
import { stat } from "node:fs/promises";
import { printable } from "../../domain/problem.ts";
import { OciError } from "../../oci/error.ts";
import type { LocalAccess } from "../types.ts";

export interface ContainerdPlace {
  readonly socketPath: string;
  /** First to be asked first. */
  readonly namespaces: readonly string[];
}

const USUAL_SOCKET = "/run/containerd/containerd.sock";
/** Of ctr and nerdctl, of Kubernetes, of Docker where it keeps its images in containerd's store. */
const usualNamespaces: readonly string[] = ["default", "k8s.io", "moby"];

/**
 * Null where no setting names one and none listens at the usual place.
 * @throws OciError SOURCE_UNSUPPORTED for an address that is no socket, CONFIG_INVALID for a name space that can be none
 */
export async function containerdPlace({ env }: LocalAccess): Promise<ContainerdPlace | null> {
  const address = env["CONTAINERD_ADDRESS"] || null;
  const socketPath = address === null ? USUAL_SOCKET : socketOf(address);
  const namespace = env["CONTAINERD_NAMESPACE"] || null;
  if (namespace !== null && !isNamespace(namespace)) {
    const message = `CONTAINERD_NAMESPACE is "${printable(namespace, 100)}", which can be no name space.`;
    throw new OciError("CONFIG_INVALID", message);
  }
  if (address === null && !(await isSocket(socketPath))) return null;
  return { socketPath, namespaces: namespace === null ? usualNamespaces : [namespace] };
}

/** By containerd's rule for identifiers (https://github.com/containerd/containerd/blob/v1.6.20/identifiers/validate.go). */
export function isNamespace(text: string): boolean {
  return text.length <= 76 && text.split(/[._-]/).every((part) => /^[A-Za-z0-9]+$/.test(part));
}

function socketOf(address: string): string {
  const path = address.replace(/^unix:\/\//, "");
  if (path.startsWith("/")) return path;
  const scheme = printable(/^([a-z]{1,20}):\/\//.exec(path)?.[1] ?? "another form", 40);
  throw new OciError(
    "SOURCE_UNSUPPORTED",
    `CONTAINERD_ADDRESS names a socket, /run/containerd/containerd.sock, not ${scheme}.`,
    { details: { scheme } },
  );
}

async function isSocket(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found?.isSocket() === true;
}
