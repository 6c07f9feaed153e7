#!/usr/bin/env bash
# Every curl command in the scripts of the folder SIGNPOST_CURL_COMMANDS, run by `signpost send
# --dry-run`. What is refused must be refused for one of the reasons in docs/curl.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

if [ -z "${SIGNPOST_CURL_COMMANDS:-}" ]; then
    echo "skipped: SIGNPOST_CURL_COMMANDS names no folder"
    exit 0
fi
scripts=$(cd "$SIGNPOST_CURL_COMMANDS" && pwd)
SIGNPOST=$(realpath "${1:-${CARGO_TARGET_DIR:-target}/debug/signpost}")
home=$(mktemp -d)
trap 'rm -r "$home"' EXIT
export SIGNPOST HOME="$home" XDG_CONFIG_HOME="$home" XDG_DATA_HOME="$home" REPORT="$home/report"
cd "$home"
touch file.txt input_redirected_file.txt my_file.txt myfile.jpg report

curl() {
    local said
    if said=$("$SIGNPOST" send --dry-run "$@" 2>&1 >/dev/null); then
        echo "sent" >>"$REPORT"
    else
        echo "$SCRIPT: ${said%%$'\n'*}" >>"$REPORT"
    fi
}
export -f curl

for script in "$scripts"/*.sh; do
    # What a script does with the output of its commands is its own affair.
    SCRIPT=$(basename "$script") bash -c 'source "$1"' bash "$script" </dev/null >/dev/null 2>&1 || true
done

allowed="No such file or directory|has no \`--(capath|trace-ascii|next|no-basic|digest)\`|unexpected argument|cannot be used with"
refused=$(grep -v '^sent$' report | grep -Ev "$allowed" || true)
echo "$(grep -c '^sent$' report) commands sent, $(grep -vc '^sent$' report) refused"
if [ -n "$refused" ]; then
    echo "refused without a reason in docs/curl.md:" >&2
    echo "$refused" >&2
    exit 1
fi
