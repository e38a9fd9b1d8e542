/** Applications whose version stands in a file of their source. */
import { at, type Signature } from "../signature.ts";

export const applications: readonly Signature[] = [
  {
    id: "wordpress",
    title: "WordPress",
    files: ["wp-includes/version.php"],
    kind: "text",
    tells: [at("$wp_version = '", /\$wp_version = '(\d+\.\d+(?:\.\d+)?(?:-[A-Za-z0-9.-]{1,40})?)'/)],
    cpe: "wordpress:wordpress",
    proof: "artefact",
  },
  {
    id: "drupal",
    title: "Drupal",
    files: ["core/lib/Drupal.php"],
    kind: "text",
    tells: [at("const VERSION = '", /const VERSION = '(\d+\.\d+\.\d+(?:-[a-z0-9]{1,20})?)'/)],
    cpe: "drupal:drupal",
    proof: "specification",
  },
  {
    id: "joomla",
    title: "Joomla!",
    files: ["administrator/manifests/files/joomla.xml"],
    kind: "text",
    tells: [at("<version>", /<version>(\d+\.\d+\.\d+(?:-[a-z0-9]{1,20})?)<\/version>/)],
    cpe: "joomla:joomla\\!",
    proof: "specification",
  },
  {
    id: "node-headers",
    title: "Node.js headers",
    files: ["include/node/node_version.h"],
    kind: "text",
    tells: [
      at(
        "#define NODE_MAJOR_VERSION ",
        /NODE_MAJOR_VERSION (\d+)[^]{0,60}NODE_MINOR_VERSION (\d+)[^]{0,60}NODE_PATCH_VERSION (\d+)/,
      ),
    ],
    cpe: null,
    proof: "artefact",
  },
];
