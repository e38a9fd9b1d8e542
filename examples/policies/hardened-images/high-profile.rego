# METADATA
# title: None of the best known vulnerabilities
# description: Vulnerabilities that everybody has heard of, and those that CISA knows to be exploited.
# custom:
#   name: hardened-high-profile
#   result_type: vulnerability
#   weight: 20
#   not_compliant_title: Well known vulnerabilities
#   details_order:
#   - purl
#   - vulnerability
#   - severity
#   - fixedBy
#   - cvssScore
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

famous := {id | some id in object.get(data.config, "cves", [
	"CVE-2014-0160",
	"CVE-2014-6271",
	"CVE-2021-44228",
	"CVE-2021-45046",
	"CVE-2022-22965",
	"CVE-2023-38545",
	"CVE-2023-44487",
	"CVE-2024-3094",
])}

ignored := {id | some id in object.get(data.config, "ignored_cves", [])}

exploited_count := object.get(data.config, "include_cisa_kev", true)

violation contains found if {
	some entry in oci.referrer("https://scout.docker.com/vulnerabilities/v0.1").statement.predicate
	some cve in entry.vulnerabilities
	ids := {cve.source_id} | {alias | some alias in object.get(cve, "aliases", [])}
	count(ids & ignored) == 0
	stands_out(ids, cve)
	found := {
		"message": sprintf("%s is in %s", [cve.source_id, entry.purl]),
		"detail": {
			"purl": entry.purl,
			"vulnerability": cve.source_id,
			"severity": object.get(cve, ["cvss", "severity"], ""),
			"fixedBy": object.get(cve, "fixed_by", ""),
			"cvssScore": sprintf("%.1f", [object.get(cve, ["cvss", "score"], 0)]),
		},
	}
}

stands_out(ids, _) if count(ids & famous) > 0

stands_out(_, cve) if {
	exploited_count
	cve.cisa_exploited
}
