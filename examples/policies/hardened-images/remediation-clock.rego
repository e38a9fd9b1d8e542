# METADATA
# title: No fixable vulnerability past its time
# description: A vulnerability that has a fix is mended within days that depend on its severity, and on whether it is exploited.
# custom:
#   name: hardened-remediation-clock
#   result_type: vulnerability
#   weight: 10
#   not_compliant_title: Fixable vulnerabilities past their time
#   details_order:
#   - purl
#   - vulnerability
#   - severity
#   - fixedBy
#   - cvssScore
#   - sla
package docker.scout

import rego.v1

default pass := false

pass if count(violation) == 0

usual_days := {"CRITICAL": 7, "HIGH": 7, "MEDIUM": 30, "LOW": 30, "UNSPECIFIED": 30}

days_of := object.get(data.config, "slas", usual_days)

other_days := object.get(data.config, "default_sla_days", 30)

exploited_days := object.get(data.config, "kev_sla_days", 1)

types := object.get(data.config, "package_types", [])

settled := object.get(data.config, "excluded_vex_statuses", ["not_affected", "under_investigation"])

violation contains found if {
	some entry in oci.referrer("https://scout.docker.com/vulnerabilities/v0.1").statement.predicate
	counts(entry.purl)
	some cve in entry.vulnerabilities
	fixed := object.get(cve, "fixed_by", "")
	fixed != ""
	not is_settled(entry.purl, cve.source_id)
	clock := clock_of(cve)
	is_late(cve, clock.days)
	found := {
		"message": sprintf("%s has been known in %s for longer than %s", [cve.source_id, entry.purl, clock.label]),
		"detail": {
			"purl": entry.purl,
			"vulnerability": cve.source_id,
			"severity": severity_of(cve),
			"fixedBy": fixed,
			"cvssScore": sprintf("%.1f", [object.get(cve, ["cvss", "score"], 0)]),
			"sla": clock.label,
		},
		"remediation": sprintf("Upgrade to %s.", [fixed]),
	}
}

counts(_) if count(types) == 0

counts(purl) if scout.parse_purl(purl).type in types

severity_of(cve) := upper(object.get(cve, ["cvss", "severity"], "UNSPECIFIED"))

is_exploited(cve) if object.get(cve, "cisa_exploited", false)

clock_of(cve) := {"days": exploited_days, "label": sprintf("%v days (KEV)", [exploited_days])} if {
	is_exploited(cve)
} else := {"days": days, "label": sprintf("%v days", [days])} if {
	days := object.get(days_of, severity_of(cve), other_days)
}

# Without a date nobody can show that there is time left.
is_late(cve, _) if object.get(cve, "published_at", "") == ""

is_late(cve, days) if {
	since := time.parse_rfc3339_ns(cve.published_at)
	time.now_ns() - since >= ((days * 24) * 3600) * 1000000000
}

is_settled(purl, id) if {
	some statement in oci.referrer("https://openvex.dev/ns/v0.2.0").statement.predicate.statements
	statement.status in settled
	statement.vulnerability.name == id
	some product in statement.products
	product["@id"] == purl
}
