"""Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by Python's packaging."""

import sys

import packaging
from packaging.version import InvalidVersion, Version


def order(a: str, b: str) -> str:
    versions = []
    for text in (a, b):
        try:
            versions.append(Version(text))
        except InvalidVersion:
            return "!" + text
    return "=" if versions[0] == versions[1] else "<" if versions[0] < versions[1] else ">"


if sys.argv[1:] == ["--version"]:
    print(f"Python packaging {packaging.__version__}")
else:
    sys.stdin.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8")
    for line in sys.stdin:
        print(order(*line.rstrip("\n").split("\t")))
