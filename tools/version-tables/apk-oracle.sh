#!/bin/sh
# Builds the oracle of the apk table from a checkout of apk-tools 3 (https://gitlab.alpinelinux.org/alpine/apk-tools):
#     tools/version-tables/apk-oracle.sh APK_TOOLS_CHECKOUT LABEL PROGRAM
# Its src/version.c is compiled unchanged; apk-oracle.c stands in for the few blob functions it calls. LABEL names the
# checkout in the table, e.g. "apk-tools v3.0.1".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cp "$1/src/version.c" "$work/version.c"
for header in apk_defines.h apk_version.h apk_ctype.h; do printf '#include "apk-blob.h"\n' > "$work/$header"; done
cp "$here/apk-blob.h" "$work/"
cc -std=gnu11 -O1 -Wall "-DLABEL=\"$2\"" -I "$work" -o "$3" "$work/version.c" "$here/apk-oracle.c"
