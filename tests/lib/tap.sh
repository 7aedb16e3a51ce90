# tap.sh: for test scripts in bash. check WHAT COMMAND... prints "ok - WHAT" when COMMAND succeeds, else "not ok - WHAT" and what
# COMMAND said; COMMAND may be a function that sets variables. done_testing ends with the right status.
# shellcheck shell=bash
tap_failed=0
tap_said=$(mktemp)
check() {
    local what=$1
    shift
    if "$@" >"$tap_said" 2>&1; then
        echo "ok - $what"
    else
        echo "not ok - $what"
        sed 's/^/# /' "$tap_said"
        tap_failed=1
    fi
}
# says TEXT FILE: FILE is one line that holds TEXT.
says() {
    [ "$(wc -l <"$2")" -eq 1 ] && grep -qF -- "$1" "$2" && return 0
    echo "expected one line with: $1"
    echo "got:"
    cat "$2"
    return 1
}
# fails_with TEXT COMMAND...: COMMAND fails and says one line with TEXT on stderr.
fails_with() {
    local text=$1 err status=0
    shift
    err=$(mktemp)
    "$@" >/dev/null 2>"$err" || status=$?
    local said=0
    says "$text" "$err" || said=1
    rm -f "$err"
    [ $status -ne 0 ] || echo "ended with status 0"
    [ $status -ne 0 ] && [ $said -eq 0 ]
}
done_testing() {
    rm -f "$tap_said"
    exit $tap_failed
}
