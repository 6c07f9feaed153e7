"""Runs functions of Lambda's own runtimes behind the local cloud.

Usage: runtime.py SIGNPOST

Starts `signpost cloud` with a Python handler behind awslambdaric, as it comes from PyPI, and with a
program built on the crate lambda_runtime, as it comes from crates.io. Calls their URLs with requests
that botocore signs.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

# botocore.py beside this file is not the package.
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != HERE]

from botocore.auth import SigV4Auth  # noqa: E402
from botocore.awsrequest import AWSRequest  # noqa: E402
from botocore.credentials import Credentials  # noqa: E402

HANDLER = '''
import base64, sys

served = 0

def handler(event, context):
    global served
    served += 1
    path = event["rawPath"]
    if path == "/raise":
        raise ValueError("oh no")
    if path == "/exit":
        sys.exit(3)
    if path == "/text":
        return "plain text"
    if path == "/binary":
        body = base64.b64encode(bytes(range(256))).decode()
        return {"statusCode": 201, "headers": {"Content-Type": "application/octet-stream"},
                "cookies": ["a=1", "b=2"], "body": body, "isBase64Encoded": True}
    return {
        "served": served,
        "request_id": context.aws_request_id,
        "arn": context.invoked_function_arn,
        "name": context.function_name,
        "in_time": 0 < context.get_remaining_time_in_millis() <= 3000,
        "caller": event["requestContext"]["authorizer"]["iam"]["userArn"],
        "body": event.get("body"),
    }
'''

CONFIG = """
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "alice"
[accounts.users.policies]
invoke = '''{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",
  "Action":["lambda:InvokeFunctionUrl","lambda:InvokeFunction"],"Resource":"*"}}}}'''

[[functions]]
name = "python"
runtime = [{python}, "-m", "awslambdaric", "app.handler"]
directory = {folder}
reserved_concurrency = 1

[[functions]]
name = "rust"
runtime = [{rust}]

[[functions]]
name = "rust-stream"
runtime = [{rust}]
environment = {{ STREAM = "1" }}
url = {{ invoke_mode = "RESPONSE_STREAM" }}
"""


def call(cloud, name, path, body=b""):
    """Status, headers and body of a request that botocore signed."""
    function = next(one for one in cloud["functions"] if one["function_name"] == name)
    url = function["function_url_path"] + path
    user = cloud["accounts"][0]["users"]["alice"]
    request = AWSRequest("POST" if body else "GET", url, data=body or None)
    SigV4Auth(Credentials(user["access_key_id"], user["secret_access_key"]), "lambda", cloud["region"]).add_auth(request)
    sent = urllib.request.Request(url, data=body or None, headers=dict(request.headers), method=request.method)
    try:
        answer = urllib.request.urlopen(sent, timeout=60)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status, answer.headers, answer.read()


def check(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}: got {got!r}, wanted {wanted!r}")
    print(f"ok: {what}")


def python(cloud):
    arn = next(one for one in cloud["functions"] if one["function_name"] == "python")["function_arn"]
    for served in (1, 2):
        status, headers, body = call(cloud, "python", "/", b'{"a":1}')
        told = json.loads(body) if status == 200 else body
        wanted = {
            "served": served,
            "request_id": headers["x-amzn-requestid"],
            "arn": arn,
            "name": "python",
            "in_time": True,
            "caller": "arn:aws:iam::123456789012:user/alice",
            "body": base64.b64encode(b'{"a":1}').decode(),
        }
        check(f"awslambdaric, event {served}", (status, told), (200, wanted))
    status, headers, body = call(cloud, "python", "/text")
    check("awslambdaric, a string", (status, headers["content-type"], body), (200, "application/json", b"plain text"))
    status, headers, body = call(cloud, "python", "/binary")
    got = (status, headers["content-type"], headers.get_all("set-cookie"), body)
    check("awslambdaric, bytes", got, (201, "application/octet-stream", ["a=1", "b=2"], bytes(range(256))))
    status, headers, body = call(cloud, "python", "/raise")
    check("awslambdaric, an exception", (status, body), (502, b"Internal Server Error"))
    trace = json.load(urllib.request.urlopen(f"{cloud['endpoint']}/_signpost/trace/{headers['x-amzn-requestid']}"))
    check("and its trace", trace["note"], "the function failed with ValueError: oh no")
    status, _, body = call(cloud, "python", "/exit")
    check("awslambdaric, an exit", (status, body), (502, b"Internal Server Error"))
    check("awslambdaric, started again", json.loads(call(cloud, "python", "/")[2])["served"], 1)


def rust(cloud):
    status, headers, body = call(cloud, "rust", "/a%20b")
    check("lambda_runtime, an event", (status, json.loads(body)), (200, {"path": "/a%20b", "id": headers["x-amzn-requestid"]}))
    status, _, body = call(cloud, "rust", "/fail")
    check("lambda_runtime, an error", (status, body), (502, b"Internal Server Error"))
    status, headers, body = call(cloud, "rust-stream", "/")
    got = (status, headers["transfer-encoding"], headers["x-a"], headers["set-cookie"], body)
    check("lambda_runtime, a stream", got, (202, "chunked", "b", "c=1", b"one two three"))


def main():
    signpost = os.path.abspath(sys.argv[1])
    target = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", "target")) + "/interop-runtime"
    subprocess.run(["cargo", "build", "--quiet", "--locked", "--manifest-path", f"{HERE}/runtime/Cargo.toml", "--target-dir", target], check=True)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "app.py").write_text(HANDLER)
        values = {"python": sys.executable, "folder": folder, "rust": f"{target}/debug/interop-runtime"}
        config = Path(folder, "cloud.toml")
        config.write_text(CONFIG.format(**{name: json.dumps(value) for name, value in values.items()}))
        process = subprocess.Popen([signpost, "cloud", "--config", config], stdout=subprocess.PIPE, text=True)
        try:
            cloud = json.loads(process.stdout.readline())
            python(cloud)
            rust(cloud)
        finally:
            process.terminate()
            process.wait(timeout=10)


if __name__ == "__main__":
    main()
