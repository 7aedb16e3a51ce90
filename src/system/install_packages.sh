#!/bin/bash
# install_packages.sh [--only-tell] PURPOSE...: installs what packages.txt lists for these purposes and what is missing, as root or by
# sudo; with --only-tell it fails and names what is missing.
# Nothing missing: nothing is done and no right is needed. The package of PostgreSQL would make and start a server of its own; it is
# told not to, since the demo and the tests start theirs.
set -euo pipefail
list=$(dirname "$0")/packages.txt
fail() { echo "packages: $*" >&2; exit 1; }

tell=''
[ "${1:-}" != --only-tell ] || { tell=1; shift; }
wanted=()
for purpose in "$@"; do
    while read -r what package _; do
        [ "$what" != "$purpose" ] || wanted+=("$package")
    done <"$list"
done
[ ${#wanted[@]} -gt 0 ] || fail "packages.txt has nothing for: $*"

missing=()
for package in "${wanted[@]}"; do
    case $(dpkg-query -W -f '${Status}' "$package" 2>/dev/null) in
        "install ok installed") ;;
        *) missing+=("$package") ;;
    esac
done
# a machine may have its own Node.js in place of Debian's
if command -v node >/dev/null && command -v npm >/dev/null && [ "$(node -p 'process.versions.node.split(".")[0]')" -ge 18 ]; then
    left=()
    for package in ${missing[@]+"${missing[@]}"}; do
        [[ $package =~ ^(nodejs|npm)$ ]] || left+=("$package")
    done
    missing=(${left[@]+"${left[@]}"})
fi
[ ${#missing[@]} -gt 0 ] || exit 0
[ -z "$tell" ] || fail "missing: ${missing[*]} (\"make packages\" installs them)"

command -v apt-get >/dev/null || fail "needs Debian's apt-get to install: ${missing[*]}"
as_root=()
if [ "$EUID" != 0 ]; then
    command -v sudo >/dev/null || fail "not root and no sudo here; as root run: apt-get install ${missing[*]}"
    as_root=(sudo)
    sudo -n true 2>/dev/null || { [ -t 0 ] && sudo true; } || fail "sudo was refused; as root run: apt-get install ${missing[*]}"
fi
echo "packages: installing ${missing[*]}"
no_server=/etc/postgresql-common/createcluster.d/samtale-no-server.conf
if [[ " ${missing[*]} " == *" postgresql-15 "* ]]; then
    trap '"${as_root[@]}" rm -f "$no_server"' EXIT
    "${as_root[@]}" mkdir -p "${no_server%/*}"
    echo "create_main_cluster = false" | "${as_root[@]}" tee "$no_server" >/dev/null
fi
log=$(mktemp)
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >>"$log" 2>&1 </dev/null
}
apt install --no-install-recommends "${missing[@]}" || { apt update && apt install --no-install-recommends "${missing[@]}"; } || {
    tail -n 20 "$log" >&2
    fail "apt-get could not install ${missing[*]}: $(grep -m1 -E '^E: ' "$log" || echo "see $log")"
}
rm -f "$log"
