// Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by github.com/bitnami/go-version. What it refuses as
// a version but takes as the bound of a range (`v1.2`, `2023.03.13`) is read as it reads bounds. Where one of the pair is a
// version and the other a bound, its own check of the range must say the same.
package main

import (
	"bufio"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/aquasecurity/go-version/pkg/part"
	"github.com/bitnami/go-version/pkg/version"
)

// A bound without wildcards, as constraint.go of the module has it.
var bound = regexp.MustCompile(`^v?([0-9]+)(\.[0-9]+)?(\.[0-9]+)?(-([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?(\+([0-9A-Za-z\-]+(\.[0-9A-Za-z\-]+)*))?$`)

func read(text string) (version.Version, bool) {
	if v, err := version.Parse(text); err == nil {
		return v, true
	}
	m := bound.FindStringSubmatch(text)
	if m == nil {
		return version.Version{}, false
	}
	if _, err := version.NewConstraints("="+text, version.WithZeroPadding(true)); err != nil {
		return version.Version{}, false
	}
	number := func(digits string) part.Part {
		if digits == "" {
			return part.NewEmpty(false)
		}
		return part.NewPart(digits)
	}
	return version.New(
		number(m[1]),
		number(strings.TrimPrefix(m[2], ".")),
		number(strings.TrimPrefix(m[3], ".")),
		part.NewParts(m[5]),
		m[8],
	), true
}

func order(a, b string) string {
	left, ok := read(a)
	if !ok {
		return "!" + a
	}
	right, ok := read(b)
	if !ok {
		return "!" + b
	}
	relation := string("<=>"[left.Compare(right)+1])
	if v, err := version.Parse(a); err == nil {
		for _, operator := range []string{"<", "=", ">"} {
			range_, err := version.NewConstraints(operator+b, version.WithZeroPadding(true))
			if err != nil || range_.Check(v) != (operator == relation) {
				fmt.Fprintf(os.Stderr, "%s %s %s: its range says otherwise (%v)\n", a, relation, b, err)
			}
		}
	}
	return relation
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Println("github.com/bitnami/go-version v0.0.0-20250505154626-452e8c5ee607")
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		fmt.Println(order(a, b))
	}
}
