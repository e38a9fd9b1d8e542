"""
Orders pairs of versions (`a<TAB>b`, one a line, from standard input) by pacman's library (Debian: pacman-package-manager).

Refused is what makepkg refuses to build (PKGBUILD(5), lint_pkgbuild): among it versions without a release, which pacman takes
for equal to every release, so that they have no place in an order. Nor have those that start or end with a separator:
pacman says 1. < 1.0 < 1..a < 1. of them.
"""

import ctypes
import glob
import re
import sys

library = ctypes.CDLL(sorted(glob.glob("/usr/lib/*/libalpm.so.[0-9]*"))[-1])
library.alpm_version.restype = ctypes.c_char_p
valid = re.compile(r"(?:[0-9]+:)?[A-Za-z0-9]([!-,.0-9;-~]*[A-Za-z0-9])?-[0-9]+(?:\.[0-9]+)?")

if sys.argv[1:] == ["--version"]:
    print(f"libalpm {library.alpm_version().decode()}")
else:
    for line in sys.stdin.read().split("\n")[:-1]:
        a, b = line.split("\t")
        refused = next((text for text in (a, b) if valid.fullmatch(text) is None), None)
        if refused is not None:
            print(f"!{refused}")
        else:
            order = library.alpm_pkg_vercmp(a.encode(), b.encode())
            print("<" if order < 0 else ">" if order > 0 else "=")
