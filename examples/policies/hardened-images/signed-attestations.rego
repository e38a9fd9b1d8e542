# METADATA
# title: SBOM and provenance are signed
# description: Both are attached to the image, are about it, and were signed by a key that is trusted.
# custom:
#   name: hardened-signed-attestations
#   result_type: generic
#   not_compliant_title: Attestations that are missing or not signed
#   details_order:
#   - predicate
#   - reason
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

required := ["https://spdx.dev/Document", "https://slsa.dev/provenance/v0.2"]

options := {
	"key_ref": object.get(data.config, "key_ref", "https://dhi.io/keyring/latest.pub"),
	"ignore_tlog": true,
	"ignore_sct": true,
	"check_claims": true,
	"experimental_oci11": true,
}

found[type] := attestation if {
	some type in required
	attestation := oci.referrer(type)
	not is_null(attestation)
}

results := cosign.verify_images([attestation.image | some attestation in found], options)

violation contains because(type, "is missing") if {
	some type in required
	not found[type]
}

violation contains because(type, sprintf("is not about %s", [input.source.image.digest])) if {
	some type, attestation in found
	every subject in attestation.statement.subject {
		sprintf("sha256:%s", [subject.digest.sha256]) != input.source.image.digest
	}
}

violation contains because(type, "lies nowhere that is known") if {
	some type, attestation in found
	not attestation.image
}

violation contains because(type, results[attestation.image].error) if {
	some type, attestation in found
}

because(type, reason) := {
	"message": sprintf("%s: %s", [type, reason]),
	"detail": {"predicate": type, "reason": reason},
}
