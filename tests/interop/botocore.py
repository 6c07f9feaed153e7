"""Draws requests in wire form and compares the signatures of botocore and `signpost sign`.

Usage: botocore.py SIGNPOST [COUNT [SEED]]

Both sign the very same method, URL, headers and body, at the same date and with the same keys. Left
out are the headers that one of the two never signs, and a raw `+` in a query, which they read
differently. The query is percent-encoded strictly, since botocore signs it as it stands.
"""

import concurrent.futures
import datetime
import json
import os
import random
import subprocess
import sys
import urllib.parse

# This file has the name of the package that it tests, and its folder stands first in the path.
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(os.path.abspath(__file__))]

import botocore.auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

NOW = datetime.datetime(2015, 8, 30, 12, 36, tzinfo=datetime.timezone.utc)
ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TOKEN = "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22w/+example=="
TEXT = ["a", "Z", "0", "-", ".", "_", "~", " ", "/", ":", "=", "+", "&", "?", "%", "!", "'", "(", ")", "*", ",", ";", "@",
        "$", "[", "]", "|", "^", "ä", "ሴ", "🐱"]
# What a path may hold in its wire form without being percent-encoded.
PATH = ["a", "Z", "0", "-", ".x", "_", "~", "!", "'", "(", ")", "*", ":", "=", "+", ",", ";", "@", "$", "&", "%2F", "%3A", "%20",
        "%25", "%C3%A4", "%E1%88%B4", "%21", "%2B"]
HEADERS = ["x-a", "X-A", "x-B", "Accept", "Content-Type", "x-amz-meta-k", "X-Amz-Target", "Range", "If-Match"]
VALUES = ["a", "B", "0", " ", "  ", "   ", ",", ";", "=", "/", ":", '"', "(", "*", "ä"]
HOSTS = ["abc.lambda-url.us-east-1.on.aws", "example.com", "example.com:8443", "example.com:443", "a1.execute-api.eu-west-1.amazonaws.com"]
S3_HOSTS = ["s3.us-east-1.amazonaws.com", "my.bucket.s3.eu-west-1.amazonaws.com", "localhost:9000"]


def text(random, alphabet, longest):
    return "".join(random.choices(alphabet, k=random.randint(0, longest)))


def strict(value):
    return urllib.parse.quote(value, safe="-._~")


def draw(random):
    """One request and the options that it is signed with."""
    s3, query = random.random() < 0.4, random.random() < 0.4
    path = "/" + "/".join(text(random, PATH, 5) for _ in range(random.randint(0, 4)))
    names = [text(random, TEXT, 4) for _ in range(random.randint(0, 5))]
    pairs = []
    for name in names:
        kind = random.random()
        if kind < 0.2 and name:
            pairs.append(strict(name))
        elif kind < 0.3:
            pairs.append(strict(name) + "=")
        else:
            pairs.append(strict(name) + "=" + strict(text(random, TEXT, 6)))
    if query:
        # botocore keeps parameters in a dictionary when it presigns.
        pairs = list({pair.partition("=")[0]: pair for pair in pairs if pair}.values())
    headers = [(random.choice(HEADERS), "v" + text(random, VALUES, 6)) for _ in range(random.randint(0, 5))]
    return {
        "s3": s3,
        "query": query,
        "method": random.choice(["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH"]),
        "url": "https://" + random.choice(S3_HOSTS if s3 else HOSTS) + path + ("?" + "&".join(pairs) if pairs else ""),
        "headers": headers,
        # botocore moves the body of what it presigns into the query.
        "body": b"" if query else random.randbytes(random.randint(0, 40)),
        "token": TOKEN if random.random() < 0.5 else None,
        "expires": random.randint(1, 604800),
        "region": random.choice(["us-east-1", "eu-west-1", "cn-north-1"]),
        "service": "s3" if s3 else random.choice(["lambda", "execute-api", "service"]),
        "unsigned": not s3 and not query and random.random() < 0.2,
    }


def by_botocore(case):
    request = AWSRequest(method=case["method"], url=case["url"], data=case["body"])
    for name, value in case["headers"]:
        request.headers.add_header(name, value)
    if case["unsigned"]:
        request.context["payload_signing_enabled"] = False
    credentials = Credentials(ACCESS_KEY, SECRET_KEY, case["token"])
    scope = (credentials, case["service"], case["region"])
    if case["query"]:
        kind = botocore.auth.S3SigV4QueryAuth if case["s3"] else botocore.auth.SigV4QueryAuth
        kind(*scope, expires=case["expires"]).add_auth(request)
        return request.url.rpartition("X-Amz-Signature=")[2]
    kind = botocore.auth.S3SigV4Auth if case["s3"] else botocore.auth.SigV4Auth
    kind(*scope).add_auth(request)
    return request.headers["Authorization"].rpartition("Signature=")[2]


def by_signpost(program, case):
    command = [program, "sign", "--json", "--date", NOW.strftime("%Y%m%dT%H%M%SZ"), "-X", case["method"], "-d", "@-"]
    command += ["--region", case["region"], "--service", case["service"]]
    command += ["--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY]
    command += ["--session-token", case["token"]] if case["token"] else []
    command += ["--presign", str(case["expires"])] if case["query"] else []
    command += ["--unsigned-payload", "--content-sha256-header"] if case["unsigned"] else []
    for name, value in case["headers"]:
        command += ["-H", f"{name}: {value}"]
    result = subprocess.run([*command, case["url"]], input=case["body"], capture_output=True, check=False)
    if result.returncode != 0:
        return {"signature": None, "canonical_request": result.stderr.decode()}
    return json.loads(result.stdout)


def main():
    program = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2400
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 20150830
    botocore.auth.get_current_datetime = lambda: NOW
    source = random.Random(seed)
    cases = [draw(source) for _ in range(count)]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        signed = list(pool.map(lambda case: by_signpost(program, case), cases))
    failures = [(case, ours) for case, ours in zip(cases, signed) if by_botocore(case) != ours["signature"]]
    for case, ours in failures[:3]:
        print("DIFFERS:", case, ours["canonical_request"], sep="\n")
    agreed = count - len(failures)
    print(f"botocore {botocore.__version__}: {agreed} of {count} drawn requests have the same signature (seed {seed})")
    sys.exit(bool(failures) or count == 0)


if __name__ == "__main__":
    main()
