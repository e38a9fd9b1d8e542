// Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by golang.org/x/mod/semver, and versions of Go itself
// (`1.21rc1`) by go/version. A pair of both kinds is ordered by the semantic version that the Go vulnerability database
// gives to a version of Go: `1.21rc1` is `1.21.0-rc.1`.
package main

import (
	"bufio"
	"fmt"
	"go/version"
	"os"
	"regexp"
	"runtime"
	"strings"

	"golang.org/x/mod/semver"
)

var toolchain = regexp.MustCompile(`^(?:go)?(\d+\.\d+)(\.\d+)?(?:(alpha|beta|rc)(\d+))?$`)

// module is the version with its v, or "" when it is none of a module.
func module(text string) string {
	v := "v" + strings.TrimPrefix(text, "v")
	if semver.IsValid(v) {
		return v
	}
	return ""
}

// release is the version of Go, or "" when it is none.
func release(text string) string {
	v := "go" + strings.TrimPrefix(text, "go")
	if toolchain.MatchString(text) && version.IsValid(v) {
		return v
	}
	return ""
}

func asModule(text string) string {
	if v := module(text); v != "" {
		return v
	}
	if release(text) == "" {
		return ""
	}
	parts := toolchain.FindStringSubmatch(text)
	v := "v" + parts[1]
	if parts[2] == "" {
		v += ".0"
	}
	v += parts[2]
	if parts[3] != "" {
		v += "-" + parts[3] + "." + parts[4]
	}
	return v
}

func order(a, b string) string {
	for _, text := range []string{a, b} {
		if asModule(text) == "" {
			return "!" + text
		}
	}
	result := semver.Compare(asModule(a), asModule(b))
	// Two pre-releases of Go: its own order must be the same. It counts `1.21` as the language, older than its candidates.
	if strings.ContainsAny(a, "rb") && strings.ContainsAny(b, "rb") && release(a) != "" && release(b) != "" {
		if own := version.Compare(release(a), release(b)); own != result {
			panic(fmt.Sprintf("go/version orders %s and %s by %d, x/mod/semver by %d", a, b, own, result))
		}
	}
	return string("<=>"[result+1])
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "--version" {
		fmt.Printf("golang.org/x/mod/semver v0.20.0 and go/version of %s\n", runtime.Version())
		return
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		a, b, _ := strings.Cut(lines.Text(), "\t")
		fmt.Println(order(a, b))
	}
}
