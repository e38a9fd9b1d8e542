"""Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by Portage (PyPI: portage)."""

import sys

import portage
from portage.versions import ververify, vercmp

if sys.argv[1:] == ["--version"]:
    print(f"Portage {portage.VERSION}")
else:
    for line in sys.stdin.read().split("\n")[:-1]:
        a, b = line.split("\t")
        refused = next((text for text in (a, b) if not ververify(text)), None)
        if refused is not None:
            print(f"!{refused}")
        else:
            order = vercmp(a, b)
            print("<" if order < 0 else ">" if order > 0 else "=")
