# METADATA
# title: Runs as a user that is not root
# description: Development, SDK and package images may run as root; all others name another user.
# custom:
#   name: hardened-non-root-user
#   result_type: boolean
#   not_compliant_title: Runs as root
#   details_order:
#   - user
#   - explicit
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

settings := input.source.image.config.config

version := object.get(object.get(settings, "Labels", {}), "com.docker.dhi.version", "")

may_be_root if endswith(version, "-dev")

may_be_root if contains(version, "-sdk-")

may_be_root if startswith(input.source.image.name, "dhi/pkg-")

# USER may name a group too, and root by its number.
named := trim_space(split(object.get(settings, "User", ""), ":")[0])

violation contains result("The image names no user, so it runs as root", false) if {
	not may_be_root
	named == ""
}

violation contains result(sprintf("The image names the user %s", [named]), true) if {
	not may_be_root
	named in {"root", "0"}
}

result(message, explicit) := {
	"message": message,
	"detail": {"user": "root", "explicit": explicit},
	"remediation": "Name a user in the Dockerfile: USER 65532.",
}
