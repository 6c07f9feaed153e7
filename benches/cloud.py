#!/usr/bin/env python3
"""Measures the local cloud, and ministack beside it, in one run, and prints Markdown tables.

    cargo build --release --bins --examples && benches/cloud.py
    benches/cloud.py --signpost PATH --peers DIR --seconds 10

Every request is a signed invocation of a function URL with AWS_IAM that answers one line; the load
comes from oha on the same machine, over 8 connections, and replays one signed request within the five
minutes in which its signature counts; examples/signed_load.rs signs each anew. What is looked for in DIR/bin and in PATH:

    cargo install --root DIR oha
    python3 -m venv DIR/mini && DIR/mini/bin/pip install ministack boto3

Run it with DIR/mini/bin/python, or any Python that has boto3. Linux: memory is read from /proc.
"""

import argparse
import atexit
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import zipfile

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

ROOT = pathlib.Path(__file__).resolve().parent.parent
REGION = "us-east-1"
HANDLER = b"def handler(event, context):\n    return 'Hello from Lambda!'\n"
ALLOW = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"], "Resource": "*"}]}


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def client(service, endpoint, keys):
    return boto3.client(service, endpoint_url=endpoint, region_name=REGION, aws_access_key_id=keys[0],
                        aws_secret_access_key=keys[1], config=Config(retries={"max_attempts": 1}))


def signed(url, keys):
    """Headers of a GET, signed by botocore."""
    request = AWSRequest(method="GET", url=url)
    SigV4Auth(Credentials(*keys), "lambda", REGION).add_auth(request)
    return dict(request.headers)


def answer(url, headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as response:
        return response.read().decode()


def memory(pid):
    """Resident memory in MiB."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) / 1024


def load(oha, url, headers, *, seconds=None, count=None, connections=8):
    """One run of oha over keep-alive connections, as its own JSON tells it."""
    until = ["-n", str(count)] if count else ["-z", f"{seconds}s"]
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    command = [oha, "--no-tui", "--output-format", "json", "-c", str(connections), *until, *given, url]
    # Not in the user's environment: a proxy would be measured too.
    said = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]})
    told = json.loads(said.stdout)
    codes = told["statusCodeDistribution"]
    if set(codes) != {"200"}:
        raise SystemExit(f"{url} answered {codes}, errors {told['errorDistribution']}")
    return {"rate": told["summary"]["requestsPerSec"], "p50": told["latencyPercentiles"]["p50"] * 1000,
            "p99": told["latencyPercentiles"]["p99"] * 1000, "count": codes["200"]}


def signed_load(program):
    """The load generator of ours that signs each request anew, where it was built beside the program."""
    path = pathlib.Path(program).parent / "examples/signed_load"
    return path if path.exists() else None


def anew(program, url, keys, seconds):
    said = subprocess.run([program, url, str(seconds), "8"], capture_output=True, text=True, check=True,
                          env={"ACCESS_KEY": keys[0], "SECRET_KEY": keys[1]})
    return json.loads(said.stdout)


class Signpost:
    """`signpost cloud`, with its own account or with one that a file declares."""

    def __init__(self, program, config=None):
        began = time.perf_counter()
        more = ["--config", str(config)] if config else []
        self.process = subprocess.Popen([program, "cloud", *more], stdout=subprocess.PIPE, text=True)
        self.told = json.loads(self.process.stdout.readline())
        self.start = (time.perf_counter() - began) * 1000
        # Whatever happens here, nothing stays behind.
        atexit.register(self.process.kill)

    def url(self):
        """The function's, for clients that resolve no name."""
        (function,) = self.told["functions"]
        return function["function_url_path"] + "/"

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(10) != 0:
            raise SystemExit(f"signpost cloud ended with {self.process.returncode}")


def of_signpost(program):
    cloud = Signpost(program)
    (account,) = cloud.told["accounts"]
    users = {name: (user["access_key_id"], user["secret_access_key"]) for name, user in account["users"].items()}
    iam = client("iam", cloud.told["endpoint"], users["admin"])
    iam.put_user_policy(UserName="alice", PolicyName="invoke", PolicyDocument=json.dumps(ALLOW))
    return cloud, cloud.url(), users["alice"]


def crowded(folder, users=10_000, policies=10):
    """A cloud.toml with this many users and policies, the last user's among them the one that allows."""
    keys = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    lines = ['[[accounts]]', 'id = "123456789012"']
    for number in range(users):
        lines += ['[[accounts.users]]', f'name = "user{number:05}"']
        if number == users - 1:
            lines += [f'keys = [{{ access_key = "{keys[0]}", secret_key = "{keys[1]}" }}]']
        lines += ['[accounts.users.policies]']
        for policy in range(policies):
            statement = {"Effect": "Allow", "Action": f"s3:Get{policy}*", "Resource": f"arn:aws:s3:::bucket-{number}/*"}
            document = ALLOW if policy == policies - 1 else {"Version": "2012-10-17", "Statement": [statement]}
            lines += [f"p{policy} = '{json.dumps(document)}'"]
    lines += ['[[functions]]', 'name = "hello"', 'handler = "hello"', '[functions.url]', 'id = "demo"']
    path = pathlib.Path(folder) / "cloud.toml"
    path.write_text("\n".join(lines) + "\n")
    return path, keys


class Ministack:
    """ministack with its authentication switched on, and a function of one line."""

    def __init__(self, program, folder):
        port = free_port()
        keys = ("test", "test")
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GATEWAY_PORT": str(port), "AUTH": "true",
                       "BIND_HOST": "127.0.0.1", "LOG_LEVEL": "ERROR", "STATE_DIR": str(folder)}
        self.process = subprocess.Popen([program], env=environment, cwd=folder, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, start_new_session=True)
        atexit.register(self.stop)
        self.endpoint = f"http://127.0.0.1:{port}"
        self.wait()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("hello.py", HANDLER)
        trust = {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]}
        made = client("iam", self.endpoint, keys).create_role(RoleName="hello", AssumeRolePolicyDocument=json.dumps(trust))
        functions = client("lambda", self.endpoint, keys)
        functions.create_function(FunctionName="hello", Runtime="python3.11", Handler="hello.handler",
                                  Role=made["Role"]["Arn"], Code={"ZipFile": packed.getvalue()})
        made = functions.create_function_url_config(FunctionName="hello", AuthType="AWS_IAM")
        name = made["FunctionUrl"].split("//")[1].split(".")[0]
        self.url, self.keys = f"{self.endpoint}/_aws/lambda-url/{name}/", keys

    def wait(self):
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.endpoint}/_ministack/health").read()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise SystemExit("ministack ended at once") from None
                time.sleep(0.1)
        raise SystemExit("ministack does not answer")

    def stop(self):
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def row(name, told, resident, base):
    return (f"| {name} | {told['rate']:,.0f} | {told['p50']:.2f} ms | {told['p99']:.2f} ms | {resident:.0f} MiB "
            f"| {told['rate'] / base:,.1f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--signpost", default=str(ROOT / "target/release/signpost"))
    parser.add_argument("--peers", type=pathlib.Path, default=pathlib.Path("peers"))
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="then this many requests, for the memory")
    options = parser.parse_args()
    path = f"{options.peers / 'bin'}:{options.peers / 'mini/bin'}:{os.environ['PATH']}"
    oha, ministack = shutil.which("oha", path=path), shutil.which("ministack", path=path)
    if oha is None:
        raise SystemExit(f"oha is neither in {options.peers}/bin nor in PATH")
    rows = []

    def measure(name, url, keys, pid):
        headers = signed(url, keys)
        said = answer(url, headers)
        if "Hello from Lambda!" not in said:
            raise SystemExit(f"{name} says {said!r}")
        load(oha, url, headers, seconds=1)
        rows.append((name, load(oha, url, headers, seconds=options.seconds), memory(pid)))

    cloud, url, keys = of_signpost(options.signpost)
    starts = [cloud.start]
    measure("signpost", url, keys, cloud.process.pid)
    if fresh := signed_load(options.signpost):
        told = anew(fresh, url, keys, options.seconds)
        rows.append(("signpost, each request signed anew", told, memory(cloud.process.pid)))
    if options.soak:
        before, headers = memory(cloud.process.pid), signed(url, keys)
        told = load(oha, url, headers, count=options.soak)
        if told["count"] != options.soak:
            raise SystemExit(f"of {options.soak} requests {told['count']} were answered")
        soaked = (before, memory(cloud.process.pid), told)
    cloud.stop()
    with tempfile.TemporaryDirectory() as folder:
        config, keys = crowded(folder)
        cloud = Signpost(options.signpost, config)
        measure("signpost, 10,000 users with 10 policies each", cloud.url(), keys, cloud.process.pid)
        cloud.stop()
        if ministack:
            peer = Ministack(ministack, folder)
            measure("ministack", peer.url, peer.keys, peer.process.pid)
            peer.stop()
    for _ in range(9):
        again = Signpost(options.signpost)
        starts.append(again.start)
        again.stop()
    print(f"{os.cpu_count()} cores, load generator included; {options.seconds} s each\n")
    print("### Signed invocations, 8 connections\n")
    print("| Cloud | Requests a second | Median | 99 % | Memory | Times the last |\n|---|---|---|---|---|---|")
    for name, told, resident in rows:
        print(row(name, told, resident, rows[-1][1]["rate"]))
    print(f"\nStart to the line that says it listens: median {sorted(starts)[len(starts) // 2]:.1f} ms of {len(starts)}.")
    if options.soak:
        before, after, told = soaked
        print(f"\n{told['count']:,} requests on, memory went from {before:.1f} to {after:.1f} MiB, at {told['rate']:,.0f} a second.")


if __name__ == "__main__":
    sys.exit(main())
