"""Sends awkward S3 keys with `signpost send` and signs what came with botocore.

Usage: s3_keys.py SIGNPOST

The path on the wire has to be the one that botocore itself would send for the key, and botocore's
signature of the very request that came has to be the one that it carries.
"""

import datetime
import http.server
import os
import subprocess
import sys
import threading
import urllib.parse

# A file beside this one has the name of the package, and their folder stands first in the path.
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(os.path.abspath(__file__))]

import botocore.auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"
SECRET_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
# What is typed, and the key that S3 reads.
KEYS = [
    ("a b+c:d=e&f$g@h!i'j(k)*l;m,n~o", "a b+c:d=e&f$g@h!i'j(k)*l;m,n~o"),
    ("a%2Fb", "a/b"),
    ("a%3Ab", "a:b"),
    ("photos//2026/x.jpg", "photos//2026/x.jpg"),
    ("ü/%C3%BC", "ü/ü"),
    ("100%25", "100%"),
    ("[x]|y", "[x]|y"),
    ("-._~", "-._~"),
]
CAME = []


class Server(http.server.BaseHTTPRequestHandler):
    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        CAME.append((self.path, dict(self.headers.items()), body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def check(program, port, typed, key):
    url = f"http://127.0.0.1:{port}/bucket/{typed}"
    environment = {**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    command = [program, "send", "--service", "s3", "--region", "us-east-1", "-X", "PUT", "-d", "body", url]
    subprocess.run(command, env=environment, check=True, timeout=60)
    path, headers, body = CAME.pop()
    assert path == "/bucket/" + urllib.parse.quote(key, safe="/~"), (typed, path)
    authorization = headers["authorization"]
    signed = authorization.partition("SignedHeaders=")[2].partition(",")[0].split(";")
    request = AWSRequest(method="PUT", url=f"http://127.0.0.1:{port}{path}", data=body)
    for name in signed:
        if name not in ("host", "x-amz-date", "x-amz-content-sha256"):
            request.headers[name] = headers[name]
    date = datetime.datetime.strptime(headers["x-amz-date"], "%Y%m%dT%H%M%SZ")
    botocore.auth.get_current_datetime = lambda: date.replace(tzinfo=datetime.timezone.utc)
    botocore.auth.S3SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", "us-east-1").add_auth(request)
    theirs = request.headers["Authorization"]
    assert theirs.rpartition("Signature=")[2] == authorization.rpartition("Signature=")[2], (typed, theirs, authorization)


def main():
    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for typed, key in KEYS:
        check(sys.argv[1], server.server_port, typed, key)
    print(f"botocore {botocore.__version__}: {len(KEYS)} awkward S3 keys are sent and signed the same")


if __name__ == "__main__":
    main()
