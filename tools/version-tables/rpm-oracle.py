"""Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by rpm's own library (Debian: python3-rpm)."""

import sys

import rpm

if sys.argv[1:] == ["--version"]:
    print(f"rpm {rpm.__version__}")
else:
    for line in sys.stdin.read().split("\n")[:-1]:
        a, b = line.split("\t")
        refused = None
        for text in (a, b):
            try:
                rpm.ver(text)
            except ValueError:
                refused = refused or text
        if refused is not None:
            print(f"!{refused}")
        else:
            left, right = rpm.ver(a), rpm.ver(b)
            print("<" if left < right else ">" if left > right else "=")
