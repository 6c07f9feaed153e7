#!/bin/sh
# Runs the interop scripts against the built binary, in a Python environment of their own.
# Usage: tests/interop/run.sh [SIGNPOST]
set -eu
cd "$(dirname "$0")/../.."
program=${1:-target/debug/signpost}
venv=target/interop-venv
[ -x "$program" ] || { echo "$program is not built: run cargo build, or name the binary" >&2; exit 2; }
[ -x "$venv/bin/python" ] || python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.44.5
for script in botocore endpoints; do
    "$venv/bin/python" "tests/interop/$script.py" "$program"
done
