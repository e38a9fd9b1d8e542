# METADATA
# title: No shell or package manager that nobody asked for
# description: Where the labels of the image name no shell and no package manager, its SBOM lists none.
# custom:
#   name: hardened-unintended-tools
#   result_type: generic
#   not_compliant_title: A shell or package manager that nobody asked for
#   details_order:
#   - message
#   - package
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

tools := {
	"com.docker.dhi.shell": {"what": "shell", "names": ["bash", "busybox"]},
	"com.docker.dhi.package-manager": {"what": "package manager", "names": ["apk-tools", "apt"]},
}

violation contains {"message": message, "detail": {"message": message, "package": locator(pkg)}} if {
	some label, tool in tools
	input.source.image.config.config.Labels[label] == ""
	some pkg in oci.referrer("https://spdx.dev/Document").statement.predicate.packages
	pkg.name in tool.names
	print(label, pkg.name)
	message := sprintf("The %s '%s' is there", [tool.what, pkg.name])
}

locator(pkg) := object.get(pkg, ["externalRefs", 0, "referenceLocator"], "")
