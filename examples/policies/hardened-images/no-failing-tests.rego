# METADATA
# title: No test fails
# description: A report of tests is attached to the image, is about it, and none of them failed.
# custom:
#   name: hardened-no-failing-tests
#   result_type: generic
#   not_compliant_title: Failing tests, or no report
#   details_order:
#   - predicate
#   - reason
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

type := "https://scout.docker.com/tests/v0.1"

report := oci.referrer(type)

about := {sprintf("sha256:%s", [subject.digest.sha256]) | some subject in report.statement.subject}

violation contains because("is missing") if is_null(report)

violation contains because(sprintf("is not about %s", [input.source.image.digest])) if {
	not is_null(report)
	not input.source.image.digest in about
}

violation contains because(sprintf("tells of %d failing tests", [failed])) if {
	failed := report.statement.predicate.results.summary.failed
	failed != 0
}

because(reason) := {
	"message": sprintf("The attestation %s %s", [type, reason]),
	"detail": {"predicate": type, "reason": reason},
}
