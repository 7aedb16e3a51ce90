#!/bin/bash
# What belongs to a system: the unit, its users and folders, manual pages, completion, the shipped settings, make install, and the
# guide for operations, which must name every event of the log and every metric.
# shellcheck disable=SC2317 # functions are run by name
set -u
cd "$(dirname "$0")/../.." || exit 1
. tests/lib/tap.sh
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
trap 'exit 1' INT TERM HUP
bin=${SAMTALE_BIN:-$PWD/build/samtaled}

unit() { sed "s|/usr/bin/samtaled|$bin|" src/system/samtaled.service >"$top/samtaled.service"; }
verify() {
    local said
    said=$(systemd-analyze verify --man=no "$top/samtaled.service" 2>&1) || { echo "$said"; return 1; }
    ! grep -F samtaled.service <<<"$said"
}
exposure() { systemd-analyze security --offline=true --threshold=20 --no-pager "$top/samtaled.service" | tail -n 1; }
sysusers() { systemd-sysusers --dry-run "$PWD/src/system/samtaled.sysusers" 2>&1 | grep -i samtale; }
manual() { "$bin" "${@:2}" | scdoc | grep -q "$1"; }
# complete WORDS...: what bash offers for the last word.
complete_words() (
    # shellcheck source=/dev/null
    . <("$bin" completion)
    COMP_WORDS=(samtaled "$@") COMP_CWORD=$#
    _samtaled
    printf '%s\n' "${COMPREPLY[@]}" | sed 's/ *$//'
)
offers() { complete_words "${@:2}" | grep -qxF -- "$1" || { complete_words "${@:2}"; return 1; }; }
is() { [ "$1" = "$2" ] || { echo "is \"$1\", not \"$2\""; return 1; }; }
# named LIST: every word of standard input stands in docs/operations.md.
named() {
    local word missing=0
    while read -r word; do
        grep -qF "\`$word\`" docs/operations.md || { echo "docs/operations.md does not name $word"; missing=1; }
    done
    return "$missing"
}
events() { grep -rhoE --include='*.c' 'sam_log\([^,]*, "[a-z_.]+"' src | sed 's/.*"\(.*\)"/\1/' | sort -u; }
events_named() { events | named; }
metrics_named() { grep -rhoE --include='*.c' '"samtale_[a-z_]+' src/serve src/app | tr -d '"' | grep -vxE 'samtale_(session|daemon|api|inbox)' | sort -u | named; }
commands_in_manual() {
    local words
    "$bin" man >"$top/manual"
    "$bin" --help | sed -n 's/^  \([a-z][a-z -]*[a-z]\)  .*/\1/p' | while read -r words; do
        grep -qx "## $words" "$top/manual" || { echo "the manual lacks: $words"; return 1; }
    done
}
installed() { make --no-print-directory -s install DESTDIR="$top/root" && "$top/root/usr/bin/samtaled" version && [ -s "$top/root/usr/share/man/man1/samtaled.1" ]; }
keeps_settings() {
    echo '[log]' >"$top/root/etc/samtaled/samtaled.conf"
    make --no-print-directory -s install DESTDIR="$top/root" && is "$(cat "$top/root/etc/samtaled/samtaled.conf")" '[log]'
}
shipped_settings() { "$bin" config show >"$top/shipped.conf" && "$bin" config check "$top/shipped.conf"; }
uncommented_settings() { sed 's/^#\([a-z_]* =\)/\1/' "$top/shipped.conf" >"$top/all.conf" && "$bin" config check "$top/all.conf"; }

unit
check "the unit is right" verify
check "its exposure is low" exposure
check "its user is right" sysusers
check "the manual of the commands is well formed" manual "SYNOPSIS" man
check "it names every command" commands_in_manual
check "the manual of the settings is well formed" manual "http" config man
check "the shipped settings are right" shipped_settings
check "and are the defaults that they show" uncommented_settings
check "completion offers commands" offers migrate m
check "completion offers second words" offers check config c
check "completion offers options" offers --weeks sample --w
check "completion offers files" offers README.md import READ
check "make install installs" installed
check "and keeps settings that are there" keeps_settings
check "the guide names every event of the log" events_named
check "the guide names every metric" metrics_named
done_testing
