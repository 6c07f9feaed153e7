#!/bin/sh
# Runs every interop script beside this file against the built binary, in a Python environment of
# their own, and then what comes from npm: Postman's runner, and the oracle of `signpost can`.
# Usage: tests/interop/run.sh [SIGNPOST]
set -eu
cd "$(dirname "$0")/../.."
target=${CARGO_TARGET_DIR:-target}
program=${1:-$target/debug/signpost}
# Some scripts start it in another folder.
case $program in /*) ;; *) program=$PWD/$program ;; esac
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
echo "-- tests/interop/curl_commands.sh"
tests/interop/curl_commands.sh "$program"
# What tests/interop/NAME/package-lock.json pins, in a folder of its own.
install() {
    modules=$target/interop-node/$1
    mkdir -p "$modules"
    cp "tests/interop/$1/package.json" "tests/interop/$1/package-lock.json" "$modules"
    npm ci --prefix "$modules" --no-audit --no-fund --loglevel=error
}
install newman
echo "-- tests/interop/newman/play.py"
"$venv/bin/python" tests/interop/newman/play.py "$program" "$modules"
install iam-simulate
echo "-- tests/interop/iam-simulate/compare.mjs"
node tests/interop/iam-simulate/compare.mjs "$program" "$modules"
