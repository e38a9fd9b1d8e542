/**
 * Feed `amazon`: notices of Amazon Linux (ALAS) as repositories publish them, `updateinfo.xml`. Their addresses change with each
 * publication; a list of mirrors leads to them. Amazon Linux 1 and 2022, which have ended, are read from files.
 */
import { PlimsollError } from "../../domain/error.ts";
import type { FeedDocument } from "../shared/document.ts";
import { followRepository } from "../shared/repository.ts";
import { firstUpdateId } from "../shared/updateinfo.ts";
import type { Feed, FollowedPage } from "../types.ts";
import { readAmazonUpdates } from "./parse.ts";

export const amazon: Feed = Object.freeze({
  id: "amazon",
  title: "Amazon Linux Security Center",
  specs: [
    "https://alas.aws.amazon.com/",
    "https://docs.aws.amazon.com/linux/al2023/ug/security-advisories.html",
  ],
  version: 1,
  baseUrl: "https://cdn.amazonlinux.com/",
  parts: [
    {
      id: "2",
      path: "2/core/latest/x86_64/mirror.list",
      isDefault: false,
      mayBeAbsent: false,
      serves: ["rpm:amzn:2"],
      follow: followAmazon2,
    },
    {
      id: "2023",
      path: "al2023/core/mirrors/latest/x86_64/mirror.list",
      isDefault: false,
      mayBeAbsent: false,
      serves: ["rpm:amzn:2023"],
      follow: followAmazon2023,
    },
  ],
  licence: () => "facts, published without stated terms",
  recognises: isAmazon,
  read(document: FeedDocument) {
    if (isAmazon(document)) return readAmazonUpdates(document);
    throw new PlimsollError("FEED_INVALID", `${document.name} is no list of notices of Amazon Linux.`, {
      details: { document: document.name },
    });
  },
});

/** Extra repositories of Amazon Linux 2 that have had notices of their own. */
const topics: readonly string[] = [
  "ansible2",
  "aws-nitro-enclaves-cli",
  "BCC",
  "collectd",
  "collectd-python3",
  "corretto8",
  "dnsmasq",
  "dnsmasq2.85",
  "docker",
  "ecs",
  "emacs",
  "firefox",
  "gimp",
  "golang1.19",
  "haproxy2",
  "httpd_modules",
  "java-openjdk11",
  "kernel-5.4",
  "kernel-5.10",
  "kernel-5.15",
  "libreoffice",
  "livepatch",
  "lustre",
  "lynis",
  "mariadb10.5",
  "mate-desktop1.x",
  "memcached1.5",
  "mock",
  "nginx1",
  "php7.2",
  "php7.3",
  "php7.4",
  "php8.0",
  "php8.1",
  "php8.2",
  "postgresql10",
  "postgresql11",
  "postgresql12",
  "postgresql13",
  "postgresql14",
  "python3.8",
  "R3.4",
  "R4",
  "redis4.0",
  "redis6",
  "ruby2.6",
  "ruby3.0",
  "rust1",
  "selinux-ng",
  "squid4",
  "tomcat8.5",
  "tomcat9",
  "unbound1.13",
  "unbound1.17",
  "vim",
];

function followAmazon2(page: FeedDocument): FollowedPage {
  const followed = followRepository(page);
  if (page.name !== "2/core/latest/x86_64/mirror.list") return followed;
  const optionalPages = topics.map((topic) => `../../../extras/${topic}/latest/x86_64/mirror.list`);
  return { ...followed, optionalPages };
}

function followAmazon2023(page: FeedDocument): FollowedPage {
  const followed = followRepository(page);
  if (page.name !== "al2023/core/mirrors/latest/x86_64/mirror.list") return followed;
  const optionalPages = ["kernel-livepatch", "nvidia"].map(
    (name) => `../../../../${name}/mirrors/latest/x86_64/mirror.list`,
  );
  return { ...followed, optionalPages };
}

function isAmazon(document: FeedDocument): boolean {
  return firstUpdateId(document)?.startsWith("ALAS") ?? false;
}
