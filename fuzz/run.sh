#!/usr/bin/env bash
# Runs the fuzz targets, one after another. Usage: fuzz/run.sh [SECONDS] [TARGET...]
#
# Each target runs for SECONDS (60 by default) and starts from a small corpus made of the files of
# this repository. Wants cargo-fuzz (`cargo install cargo-fuzz`) and a C++ compiler. A stable
# toolchain is enough: no sanitizer is used, as the library contains no unsafe code.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

seconds="${1:-60}"
shift || true
targets=("$@")
if [ "${#targets[@]}" -eq 0 ]; then
    targets=(config curl_import json_rows policy presented_signature request_file template url
        workspace_file xml_rows)
fi
if ! cargo fuzz --version >/dev/null 2>&1; then
    echo "cargo-fuzz is missing. Run: cargo install cargo-fuzz" >&2
    exit 2
fi

# Writes standard input as a seed of a target.
seed() {
    mkdir -p "fuzz/corpus/$1"
    cat >"fuzz/corpus/$1/seed-$2"
}

# As `seed`, behind the two bytes that choose width and length of the pieces.
seed_rows() {
    { printf '\050\006' && cat; } | seed "$1" "$2"
}

make_seeds() {
    local file name
    for file in assets/demo/[0-9]*.toml assets/demo/reset/remove-*.toml; do
        name="$(basename "$file" .toml)"
        seed request_file "$name" <"$file"
    done
    seed workspace_file demo <assets/demo/signpost.toml
    seed config example <config.example.toml
    sed 's/^# \([a-z"\[]\)/\1/' config.example.toml | seed config uncommented

    seed presented_signature headers <<'SEED'
GET /?Param2=value2&Param1=value1
host: example.amazonaws.com
x-amz-date: 20150830T123600Z
authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500
SEED
    seed presented_signature query <<'SEED'
GET /a+b?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&X-Amz-Expires=900&X-Amz-SignedHeaders=host&X-Amz-Signature=00
host: example.s3.amazonaws.com
SEED
    seed policy identity <<'SEED'
{"Version":"2012-10-17","Statement":[{"Sid":"a","Effect":"Allow","Action":["lambda:Invoke*"],"Resource":"arn:aws:lambda:*:*:function:${aws:username}","Condition":{"StringLikeIfExists":{"a:one":["x*","?"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}},{"Effect":"Deny","NotAction":"s3:*","NotResource":"*","Condition":{"ForAllValues:StringEquals":{"a:list":"x"},"DateLessThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}}]}
SEED
    seed policy resource <<'SEED'
{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::123456789012:user/alice"]},"Action":"lambda:InvokeFunctionUrl","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}}
SEED
    seed curl_import plain <<'SEED'
curl -X POST 'https://example.com/a?b=c' -H 'accept: */*' --data-raw $'{"a":"\u00e9"}' -u user:password --compressed
SEED
    seed curl_import signed <<'SEED'
curl --aws-sigv4 "aws:amz:us-east-1:lambda" --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY" -F 'a=@b;type=text/x' -G --data-urlencode 'q=1 2' https://example.com
SEED
    printf 'https://u:p@abc.lambda-url.us-east-1.on.aws:8443/a/../%%2e//b;c?d=e+f&g#h' | seed url full
    printf ':3000/x?a=%%7B' | seed url short
    printf "a={{b}}\nb=x{{secret:c}}\n\\\\{{ {{a}} {{env:D}} {{ b }} {{" | seed template references
    seed_rows json_rows object <<<'{"a":[1.5e3,true,null,{}],"b\"c":"\u00e9 text","d":[]}'
    seed_rows json_rows broken <<<'[1,}{"a" 2,]'
    seed_rows xml_rows markup <<<'<?xml version="1.0"?><!DOCTYPE a [<!ELEMENT a ANY>]><a b="c>"><!-- d --><![CDATA[e]]><f/>text <b>g</b></a>'
    seed_rows xml_rows html <<<'<!doctype html><p>a<br>b<ul><li>c<li>d</ul><pre>
e</pre><script>if (a</b/.c) {}</script>'
}

make_seeds
failed=()
for target in "${targets[@]}"; do
    printf '\n== %s, %d s\n' "$target" "$seconds"
    # -s none: the sanitizers need a nightly toolchain. -a: with debug assertions and overflow checks.
    cargo fuzz run --sanitizer none --debug-assertions "$target" -- \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 -print_final_stats=1 || failed+=("$target")
done
if [ "${#failed[@]}" -gt 0 ]; then
    printf '\nfailed: %s. The inputs are in fuzz/artifacts.\n' "${failed[*]}" >&2
    exit 1
fi
