#!/bin/sh
# embed.sh OUT.c NAME=PATH...: writes a C file that links the bytes of each PATH under NAME, sorted by name.
# The assembler reads the files (.incbin), so a large one costs nothing to compile.
set -eu
out=$1
shift
{
    printf '/* Made by src/system/embed.sh; do not edit. */\n#include "samtale/base.h"\nextern const struct sam_embedded sam_embedded_files[];\nextern const size_t sam_embedded_n;\n'
    n=0
    table=''
    for pair in $(printf '%s\n' "$@" | LC_ALL=C sort -t= -k1,1); do
        name=${pair%%=*} path=${pair#*=}
        size=$(wc -c <"$path")
        printf '__asm__(".section .rodata\\n.balign 16\\nsam_embedded_%d:\\n.incbin \\"%s\\"\\n.byte 0\\n.text\\n");\nextern const char sam_embedded_%d[];\n' "$n" "$path" "$n"
        table="$table    {\"$name\", {sam_embedded_$n, $size}},
"
        n=$((n + 1))
    done
    printf 'const struct sam_embedded sam_embedded_files[] = {\n%s    {0, {0, 0}},\n};\nconst size_t sam_embedded_n = %d;\n' "$table" "$n"
} >"$out.part"
mv "$out.part" "$out"
