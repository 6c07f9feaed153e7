#!/bin/sh
# Runs every interop script beside this file against the built binary, in a Python environment of
# their own, and asks the oracle of `signpost can`, which comes from npm.
# Usage: tests/interop/run.sh [SIGNPOST]
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
program=${1:-$target/debug/signpost}
venv=$target/interop-venv
# Where .ci/run puts the clients that are no packages of Python.
PATH=$PATH:$target/interop-tools/bin
export PATH
[ -x "$program" ] || { echo "$program is not built: run cargo build, or name the binary" >&2; exit 2; }
"$venv/bin/python" -m pip --version >/dev/null 2>&1 || python3 -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement tests/interop/requirements.txt
for script in tests/interop/*.py; do
    echo "-- $script"
    "$venv/bin/python" "$script" "$program"
done
modules=$target/interop-node
mkdir -p "$modules"
cp tests/interop/iam-simulate/package.json tests/interop/iam-simulate/package-lock.json "$modules"
npm ci --prefix "$modules" --no-audit --no-fund --loglevel=error
echo "-- tests/interop/iam-simulate/compare.mjs"
node tests/interop/iam-simulate/compare.mjs "$program" "$modules"
