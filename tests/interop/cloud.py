"""Plays the way from 403 to 200 on the local cloud with other people's clients.

Usage: cloud.py SIGNPOST

Starts `signpost demo --serve` and talks to it with boto3, the AWS CLI, awscurl and curl, each of
which signs by itself. Every status, error and body is compared with what AWS answers.
"""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

# botocore.py beside this file is not the package.
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(os.path.abspath(__file__))]

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402

BIN = Path(sys.executable).parent
HELLO = "Hello from Lambda!"
FORBIDDEN = '{"Message":"Forbidden"}'
DENIED = (
    '{"Message":"Forbidden. For troubleshooting Function URL authorization issues, see: '
    'https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"}'
)
MISMATCH = (
    '{"message":"The request signature we calculated does not match the signature you provided. Check your AWS '
    'Secret Access Key and signing method. Consult the service documentation for details."}'
)
EXPIRED = '{"message":"The security token included in the request is expired"}'
POLICY = "call-hello"


class Cloud:
    """The cloud under test, as its line of JSON describes it."""

    def __init__(self, line):
        self.__dict__.update(json.loads(line))
        self.host = self.function_url.removeprefix("http://")

    def keys(self, user):
        user = self.users[user]
        return user["access_key_id"], user["secret_access_key"], None

    def client(self, service, keys):
        access_key, secret_key, token = keys
        return boto3.client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            aws_session_token=token,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def aws(self, keys, *arguments):
        """Runs the AWS CLI; returns what it prints, or the error's text."""
        result = run([BIN / "aws", "--endpoint-url", self.endpoint, "--output", "json", *arguments], environment(self, keys))
        if result.returncode != 0:
            return result.stderr.strip()
        return json.loads(result.stdout) if result.stdout.strip() else None

    def awscurl(self, keys, url, *arguments):
        access_key, secret_key, token = keys
        command = [BIN / "awscurl", "--service", "lambda", "--region", self.region]
        command += ["--access_key", access_key, "--secret_key", secret_key]
        command += ["--session_token", token] if token else []
        return run([*command, *arguments, url], environment(self, keys)).stdout.removesuffix("\n")

    def curl(self, keys, url, *arguments):
        """Status and body, signed by curl itself."""
        command = ["curl", "--silent", "--write-out", "\n%{http_code}", *arguments]
        if keys:
            access_key, secret_key, token = keys
            command += ["--aws-sigv4", f"aws:amz:{self.region}:lambda", "--user", f"{access_key}:{secret_key}"]
            command += ["--header", f"X-Amz-Security-Token: {token}"] if token else []
        body, _, status = run([*command, url], environment(self, None)).stdout.rpartition("\n")
        return int(status), body

    def move_clock(self, **move):
        request = urllib.request.Request(f"{self.endpoint}/_signpost/clock", json.dumps(move).encode(), method="POST")
        with urllib.request.urlopen(request) as response:
            return json.load(response)


def environment(cloud, keys):
    """Nothing of the user's own AWS configuration."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith("AWS_")}
    kept = {name: value for name, value in kept.items() if not name.lower().endswith("_proxy")}
    kept |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_DEFAULT_REGION": cloud.region,
    }
    if keys:
        access_key, secret_key, token = keys
        kept |= {"AWS_ACCESS_KEY_ID": access_key, "AWS_SECRET_ACCESS_KEY": secret_key}
        kept |= {"AWS_SESSION_TOKEN": token} if token else {}
    return kept


def run(command, env):
    return subprocess.run([str(part) for part in command], capture_output=True, text=True, env=env, check=False)


def expect(what, got, wanted):
    if got != wanted:
        sys.exit(f"{what}:\n  got    {got!r}\n  wanted {wanted!r}")
    print(f"ok: {what}")


def refused(what, call, status, code, message=None):
    try:
        call()
    except ClientError as error:
        got = error.response
        expect(what, (got["ResponseMetadata"]["HTTPStatusCode"], got["Error"]["Code"]), (status, code))
        if message:
            expect(f"{what}, message", got["Error"]["Message"], message)
    else:
        sys.exit(f"{what}: it was not refused")


def identities(cloud):
    for user in ("admin", "alice"):
        wanted = {"Account": cloud.account, "Arn": cloud.users[user]["arn"]}
        got = cloud.client("sts", cloud.keys(user)).get_caller_identity()
        expect(f"boto3: {user} is known", {name: got[name] for name in wanted}, wanted)
        got = cloud.aws(cloud.keys(user), "sts", "get-caller-identity")
        expect(f"aws: {user} is known", {name: got[name] for name in wanted}, wanted)


def identity_policy(cloud):
    alice, iam = cloud.keys("alice"), cloud.client("iam", cloud.keys("admin"))
    actions = ["lambda:InvokeFunctionUrl", "lambda:InvokeFunction"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": cloud.function_arn}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    iam.put_user_policy(UserName="alice", PolicyName=POLICY, PolicyDocument=json.dumps(document))
    expect("boto3: the policy is attached", iam.list_user_policies(UserName="alice")["PolicyNames"], [POLICY])
    got = iam.get_user_policy(UserName="alice", PolicyName=POLICY)["PolicyDocument"]
    expect("boto3: the policy comes back", got, document)
    expect("awscurl: allowed by the identity policy", cloud.awscurl(alice, cloud.function_url_path + "/"), HELLO)
    expect("curl: allowed by the identity policy", cloud.curl(alice, cloud.function_url + "/"), (200, HELLO))

    cloud.aws(cloud.keys("admin"), "iam", "delete-user-policy", "--user-name", "alice", "--policy-name", POLICY)
    expect("curl: denied after aws detached it", cloud.curl(alice, cloud.function_url + "/"), (403, DENIED))
    refused(
        "boto3: an operator that is not known",
        lambda: iam.put_user_policy(
            UserName="alice",
            PolicyName=POLICY,
            PolicyDocument=json.dumps(document | {"Statement": [statement | {"Condition": {"Odd": {"a:b": "c"}}}]}),
        ),
        400,
        "MalformedPolicyDocument",
    )
    refused(
        "boto3: alice may not attach",
        lambda: cloud.client("iam", alice).put_user_policy(
            UserName="alice", PolicyName=POLICY, PolicyDocument=json.dumps(document)
        ),
        403,
        "AccessDenied",
        f"User: {cloud.users['alice']['arn']} is not authorized to perform: iam:PutUserPolicy on resource: user alice "
        "because no identity-based policy allows the iam:PutUserPolicy action",
    )


def resource_policy(cloud):
    admin, alice, arn = cloud.keys("admin"), cloud.keys("alice"), cloud.users["alice"]["arn"]
    function = cloud.client("lambda", admin)
    refused("boto3: no policy yet", lambda: function.get_policy(FunctionName="hello"), 404, "ResourceNotFoundException")
    first = cloud.aws(
        admin, "lambda", "add-permission", "--function-name", "hello", "--statement-id", "url",
        "--action", "lambda:InvokeFunctionUrl", "--principal", arn, "--function-url-auth-type", "AWS_IAM",
    )  # fmt: skip
    statement = {"Sid": "url", "Effect": "Allow", "Principal": {"AWS": arn}, "Action": "lambda:InvokeFunctionUrl"}
    statement |= {"Resource": cloud.function_arn}
    statement |= {"Condition": {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}}
    expect("aws: the first statement", json.loads(first["Statement"]), statement)
    expect("curl: one of two is not enough", cloud.curl(alice, cloud.function_url + "/"), (403, DENIED))
    second = dict(StatementId="via-url", Action="lambda:InvokeFunction", Principal=arn, InvokedViaFunctionUrl=True)
    function.add_permission(FunctionName=cloud.function_arn, **second)
    policy = json.loads(function.get_policy(FunctionName="hello")["Policy"])
    expect("boto3: both statements", [one["Sid"] for one in policy["Statement"]], ["url", "via-url"])
    condition = {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}}
    expect("boto3: the second condition", policy["Statement"][1]["Condition"], condition)
    refused(
        "boto3: the same statement id again",
        lambda: function.add_permission(FunctionName="hello", **second),
        409,
        "ResourceConflictException",
        "The statement id (via-url) provided already exists. Please provide a new statement id, or remove the "
        "existing statement.",
    )
    expect("curl: allowed by the function's policy", cloud.curl(alice, cloud.function_url + "/"), (200, HELLO))
    odd = cloud.function_url + "/a?a=1&b=%20x"
    expect("curl: with a path and a query", cloud.curl(alice, odd), (200, HELLO))
    posted = cloud.curl(alice, cloud.function_url + "/", "--data", '{"a": 1}')
    expect("curl: with a body", posted, (200, HELLO))
    by_host = cloud.curl(alice, cloud.endpoint + "/", "--header", f"Host: {cloud.host}")
    expect("curl: by the Host header", by_host, (200, HELLO))
    expect("curl: by the path", cloud.curl(alice, cloud.function_url_path), (200, HELLO))
    wrong = (alice[0], "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None)
    expect("curl: another secret", cloud.curl(wrong, cloud.function_url + "/"), (403, MISMATCH))


def session(cloud):
    alice, url = cloud.keys("alice"), cloud.function_url_path + "/"
    got = cloud.aws(alice, "sts", "get-session-token", "--duration-seconds", "900")["Credentials"]
    keys = (got["AccessKeyId"], got["SecretAccessKey"], got["SessionToken"])
    expect("aws: a temporary key", keys[0][:4], "ASIA")
    expect("awscurl: the session may call", cloud.awscurl(keys, url), HELLO)
    expect("curl: the session may call", cloud.curl(keys, url), (200, HELLO))
    sts = cloud.client("sts", keys)
    expect("boto3: the session is alice", sts.get_caller_identity()["Arn"], cloud.users["alice"]["arn"])
    refused("boto3: a session mints no session", sts.get_session_token, 403, "AccessDenied")
    iam = cloud.client("iam", keys)
    refused("boto3: no IAM", lambda: iam.list_user_policies(UserName="alice"), 403, "InvalidClientTokenId")
    refused(
        "boto3: too long",
        lambda: cloud.client("sts", alice).get_session_token(DurationSeconds=129601),
        400,
        "ValidationError",
        "1 validation error detected: Value '129601' at 'durationSeconds' failed to satisfy constraint: Member must "
        "have value less than or equal to 129600",
    )
    expect("the clock moves", cloud.move_clock(advance_seconds=901)["advanced_seconds"], 901)
    expect("awscurl: expired", cloud.awscurl(keys, url), EXPIRED)
    expect("curl: expired", cloud.curl(keys, url), (403, EXPIRED))
    refused("boto3: expired", sts.get_caller_identity, 403, "ExpiredToken")
    function = cloud.client("lambda", keys)
    refused("boto3: Lambda too", lambda: function.get_policy(FunctionName="hello"), 403, "ExpiredTokenException")
    expect("awscurl: long-term keys go on", cloud.awscurl(alice, url), HELLO)


def main(program):
    process = subprocess.Popen([program, "demo", "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        cloud = Cloud(process.stdout.readline())
        mine = environment(cloud, None)
        os.environ.clear()
        os.environ.update(mine)
        identities(cloud)
        expect("curl: unsigned", cloud.curl(None, cloud.function_url + "/"), (403, FORBIDDEN))
        expect("awscurl: alice may not yet", cloud.awscurl(cloud.keys("alice"), cloud.function_url_path + "/"), DENIED)
        identity_policy(cloud)
        resource_policy(cloud)
        session(cloud)
        answer = cloud.aws(cloud.keys("admin"), "iam", "list-server-certificates")
        expect("aws: what is not there is named", "(NotImplemented)" in answer and "iam:ListServerCertificates" in answer, True)
    finally:
        process.terminate()
    expect("it stops when told to", process.wait(timeout=10), 0)


if __name__ == "__main__":
    main(sys.argv[1])
