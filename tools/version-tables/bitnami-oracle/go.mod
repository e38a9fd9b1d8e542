module plimsoll/bitnami-oracle

go 1.22.0

require (
	github.com/aquasecurity/go-version v0.0.1
	github.com/bitnami/go-version v0.0.0-20250505154626-452e8c5ee607
)

require golang.org/x/xerrors v0.0.0-20231012003039-104605ab7028 // indirect
