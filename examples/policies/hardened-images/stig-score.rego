# METADATA
# title: STIG score of FIPS images
# description: An image that its labels call a FIPS image reaches the score in each profile that was scanned.
# custom:
#   name: hardened-stig-score
#   result_type: generic
#   not_compliant_title: STIG score below the target
#   details_order:
#   - predicate
#   - score
#   - reason
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

type := "https://docker.com/dhi/stig/v0.1"

target := object.get(data.config, "target_score", 100)

labels := object.get(input.source.image.config.config, "Labels", {})

is_fips if {
	some word in split(object.get(labels, "com.docker.dhi.compliance", ""), ",")
	trim_space(word) == "fips"
}

report := oci.referrer(type)

violation contains because("", "is missing") if {
	is_fips
	is_null(report)
}

violation contains because("", sprintf("is not about %s", [input.source.image.digest])) if {
	is_fips
	every subject in report.statement.subject {
		sprintf("sha256:%s", [subject.digest.sha256]) != input.source.image.digest
	}
}

violation contains because(score, reason) if {
	is_fips
	some profile in report.statement.predicate
	percent := (profile.summary.defaultScore * 100) / profile.summary.maxDefaultScore
	percent < target
	score := sprintf("%.2f%%", [percent])
	reason := sprintf("gives %s in profile %q, and %v%% are needed", [score, profile.name, target])
}

because(score, reason) := {
	"message": sprintf("The attestation %s %s", [type, reason]),
	"detail": {"predicate": type, "score": score, "reason": reason},
}
