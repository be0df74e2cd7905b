#!/bin/sh
# Makes the subset of Inter in this folder from Debian's fonts-inter with fonttools (both by apt).
# Kept: Latin-1 and Latin Extended-A, general punctuation, arrows, a few signs.
set -eu
from=${1:-/usr/share/fonts/opentype/inter}
here=$(dirname "$0")
for weight in Regular Medium SemiBold; do
  SOURCE_DATE_EPOCH=0 pyftsubset "$from/Inter-$weight.otf" --output-file="$here/Inter-$weight.otf" \
    --unicodes='U+0020-007E,U+00A0-017F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2039-203A,U+20AC,U+2190-2193,U+2212' \
    --layout-features='kern,ccmp,locl,mark,tnum,case' --no-hinting --no-recalc-timestamp
done
