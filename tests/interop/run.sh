#!/bin/sh
# Runs every interop script beside this file against the built binary, in a Python environment of
# their own. Usage: tests/interop/run.sh [SIGNPOST]
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
program=${1:-$target/debug/signpost}
venv=$target/interop-venv
[ -x "$program" ] || { echo "$program is not built: run cargo build, or name the binary" >&2; exit 2; }
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement tests/interop/requirements.txt
for script in tests/interop/*.py; do
    echo "-- $script"
    "$venv/bin/python" "$script" "$program"
done
