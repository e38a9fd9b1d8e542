"""Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by rattler, conda's library in Rust."""

import sys
from importlib.metadata import version

from rattler import Version
from rattler.exceptions import InvalidVersionError


def order(a: str, b: str) -> str:
    versions = []
    for text in (a, b):
        try:
            versions.append(Version(text))
        except InvalidVersionError:
            return "!" + text
    return "=" if versions[0] == versions[1] else "<" if versions[0] < versions[1] else ">"


if sys.argv[1:] == ["--version"]:
    print(f"py-rattler {version('py-rattler')}")
else:
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        print(order(*line.rstrip("\n").split("\t")))
