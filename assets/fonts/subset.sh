#!/bin/sh
# Makes the subsets in this folder from Debian's fonts-inter and fonts-noto-core with fonttools (all by apt).
# Inter: Latin-1 and Latin Extended-A, general punctuation, arrows, a few signs. Noto Sans Arabic: the letters,
# marks, digits and punctuation of Arabic and Persian.
set -eu
from=${1:-/usr/share/fonts}
here=$(dirname "$0")

subset() { # source, target, code points, features
  SOURCE_DATE_EPOCH=0 pyftsubset "$1" --output-file="$here/$2" --unicodes="$3" --layout-features="$4" \
    --no-hinting --no-recalc-timestamp
}

for weight in Regular Medium SemiBold; do
  subset "$from/opentype/inter/Inter-$weight.otf" "Inter-$weight.otf" \
    'U+0020-007E,U+00A0-017F,U+2010-2015,U+2018-201E,U+2020-2022,U+2026,U+2030,U+2039-203A,U+20AC,U+2190-2193,U+2212' \
    'kern,ccmp,locl,mark,tnum,case'
done
for weight in Regular Bold; do
  subset "$from/truetype/noto/NotoSansArabic-$weight.ttf" "NotoSansArabic-$weight.ttf" \
    'U+0020,U+00A0,U+060C,U+061B,U+061F,U+0621-063A,U+0640-0652,U+0660-066C,U+0670,U+0671,U+067E,U+0686,U+0698,U+06A9,U+06AF,U+06CC,U+06F0-06F9,U+200C-200F,U+25CC' \
    'ccmp,locl,isol,init,medi,fina,rlig,calt,liga,mark,mkmk,kern'
done
