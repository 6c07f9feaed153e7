"""Plays IAM, STS and Lambda on `signpost cloud` with the AWS CLI and boto3.

Usage: aws_cli.py SIGNPOST

From CreateUser and CreateAccessKey by groups, managed policies, boundaries and roles to tokens that
expire; pages, and errors as botocore reads them. Both clients sign and parse by themselves.
"""

import base64
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

# The helpers of the other script; its folder must not be searched for modules, because botocore.py
# there is not the package.
spec = importlib.util.spec_from_file_location("cloud", Path(__file__).with_name("cloud.py"))
shared = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shared)
expect, refused, Cloud = shared.expect, shared.refused, shared.Cloud
HELLO, DENIED, FORBIDDEN, EXPIRED = shared.HELLO, shared.DENIED, shared.FORBIDDEN, shared.EXPIRED

HOME, AWAY = "123456789012", "210987654321"
CONFIG = """
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "admin"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[accounts.providers]]
url = "https://token.example.com"
audiences = ["sts.amazonaws.com"]
[[accounts]]
id = "210987654321"
[[accounts.users]]
name = "carol"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[functions]]
name = "hello"
account = "123456789012"
[[functions]]
name = "echo"
account = "123456789012"
handler = "echo"
"""


def allow(*actions, resource="*", **further):
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource} | further
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal, action="sts:AssumeRole", **further):
    statement = {"Effect": "Allow", "Principal": principal, "Action": action} | further
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


CALL = allow("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")


def keys_of(answer):
    answer = answer.get("AccessKey") or answer["Credentials"]
    return answer["AccessKeyId"], answer["SecretAccessKey"], answer.get("SessionToken")


class World(Cloud):
    """The cloud with what this script needs of its line of JSON."""

    def __init__(self, line):
        info = json.loads(line)
        functions = {function["function_name"]: function for function in info["functions"]}
        users = {name: user for account in info["accounts"] for name, user in account["users"].items()}
        self.endpoint, self.region, self.users = info["endpoint"], info["region"], users
        self.url = functions["hello"]["function_url"] + "/"
        self.url_path = functions["hello"]["function_url_path"] + "/"
        self.arn = functions["hello"]["function_arn"]
        self.admin = self.keys("admin")

    def call(self, keys):
        return self.curl(keys, self.url)


def a_user(world):
    """By the CLI: a user, its keys, and a policy of its own."""
    aws = lambda *arguments: world.aws(world.admin, "iam", *arguments)  # noqa: E731
    user = aws("create-user", "--user-name", "bob", "--path", "/team/", "--tags", "Key=team,Value=blue")["User"]
    expect("aws: the user's ARN", user["Arn"], f"arn:aws:iam::{HOME}:user/team/bob")
    bob = keys_of(aws("create-access-key", "--user-name", "bob"))
    expect("aws: long-term keys", bob[0][:4], "AKIA")
    expect("aws: bob is bob", world.aws(bob, "sts", "get-caller-identity")["UserId"], user["UserId"])
    expect("curl: nothing is allowed yet", world.call(bob), (403, DENIED))
    aws("put-user-policy", "--user-name", "bob", "--policy-name", "call", "--policy-document", CALL)
    expect("curl: allowed", world.call(bob), (200, HELLO))
    expect("aws: the user's tags", aws("list-user-tags", "--user-name", "bob")["Tags"], [{"Key": "team", "Value": "blue"}])
    aws("update-access-key", "--user-name", "bob", "--access-key-id", bob[0], "--status", "Inactive")
    status, body = world.call(bob)
    expect("curl: a key that is switched off", (status, "security token included" in body), (403, True))
    aws("update-access-key", "--user-name", "bob", "--access-key-id", bob[0], "--status", "Active")
    expect("curl: switched on again", world.call(bob), (200, HELLO))
    conflict = aws("delete-user", "--user-name", "bob")
    expect("aws: a user with policies stays", "(DeleteConflict)" in conflict, True)
    aws("delete-user-policy", "--user-name", "bob", "--policy-name", "call")
    return bob


def groups_and_managed_policies(world, bob):
    iam = world.client("iam", world.admin)
    policy = iam.create_policy(PolicyName="call", PolicyDocument=CALL, Description="May call.")["Policy"]
    iam.create_group(GroupName="callers")
    iam.add_user_to_group(GroupName="callers", UserName="bob")
    iam.attach_group_policy(GroupName="callers", PolicyArn=policy["Arn"])
    expect("curl: allowed by the group", world.call(bob), (200, HELLO))
    got = iam.list_attached_group_policies(GroupName="callers")["AttachedPolicies"]
    expect("boto3: what is attached", got, [{"PolicyName": "call", "PolicyArn": policy["Arn"]}])
    expect("boto3: it is attached once", iam.get_policy(PolicyArn=policy["Arn"])["Policy"]["AttachmentCount"], 1)
    version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId="v1")["PolicyVersion"]
    expect("boto3: the document comes back", version["Document"], json.loads(CALL))
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary="arn:aws:iam::aws:policy/IAMFullAccess")
    expect("curl: the boundary takes it away", world.call(bob), (403, DENIED))
    iam.delete_user_permissions_boundary(UserName="bob")
    simulated = iam.simulate_principal_policy(
        PolicySourceArn=f"arn:aws:iam::{HOME}:user/team/bob",
        ActionNames=["lambda:InvokeFunction", "s3:GetObject"],
        ResourceArns=[world.arn],
    )["EvaluationResults"]
    expect("boto3: simulated", [one["EvalDecision"] for one in simulated], ["allowed", "implicitDeny"])
    simulated = iam.simulate_custom_policy(
        PolicyInputList=[allow("s3:*", Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})],
        ActionNames=["s3:GetObject"],
        ContextEntries=[{"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["10.1.2.3"], "ContextKeyType": "ip"}],
    )["EvaluationResults"]
    expect("boto3: with a context", simulated[0]["EvalDecision"], "allowed")


def errors(world):
    iam, sts = world.client("iam", world.admin), world.client("sts", world.admin)
    refused("NoSuchEntity", lambda: iam.get_user(UserName="nobody"), 404, "NoSuchEntity",
            "The user with name nobody cannot be found.")  # fmt: skip
    expect("boto3: it has a class of its own", iam.exceptions.NoSuchEntityException.__name__, "NoSuchEntityException")
    refused("EntityAlreadyExists", lambda: iam.create_user(UserName="BOB"), 409, "EntityAlreadyExists")
    refused("MalformedPolicyDocument", lambda: iam.create_policy(PolicyName="x", PolicyDocument="{}"), 400,
            "MalformedPolicyDocument")  # fmt: skip
    iam.create_access_key(UserName="bob")
    refused("LimitExceeded", lambda: iam.create_access_key(UserName="bob"), 409, "LimitExceeded",
            "Cannot exceed quota for AccessKeysPerUser: 2")  # fmt: skip
    refused("ValidationError", lambda: iam.create_user(UserName="a b"), 400, "ValidationError")
    refused("NotImplemented", lambda: iam.create_login_profile(UserName="bob"), 501, "NotImplemented")
    refused("ValidationError of STS", lambda: sts.assume_role(RoleArn=f"arn:aws:iam::{HOME}:role/x", RoleSessionName="me",
            DurationSeconds=43201), 400, "ValidationError")  # fmt: skip
    wrong = world.client("sts", (world.admin[0], "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None))
    refused("a wrong secret", wrong.get_caller_identity, 403, "SignatureDoesNotMatch")
    unknown = world.client("sts", ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", None))
    refused("an unknown key", unknown.get_caller_identity, 403, "InvalidClientTokenId")


def pages(world):
    iam = world.client("iam", world.admin)
    names = [f"page-{number:02}" for number in range(25)]
    for name in names:
        iam.create_user(UserName=name, Path="/pages/")
    paginator = iam.get_paginator("list_users")
    got = list(paginator.paginate(PathPrefix="/pages/", PaginationConfig={"PageSize": 10}))
    expect("boto3: pages of ten", [len(page["Users"]) for page in got], [10, 10, 5])
    expect("boto3: every one once", [user["UserName"] for page in got for user in page["Users"]], names)
    got = world.aws(world.admin, "iam", "list-users", "--path-prefix", "/pages/", "--page-size", "7", "--query", "length(Users)")
    expect("aws: pages of seven", got, 25)
    got = world.aws(world.admin, "iam", "list-users", "--max-items", "2", "--query", "[length(Users), NextToken != null]")
    expect("aws: two and a token", got, [2, True])


def roles(world, bob):
    iam, arn = world.client("iam", world.admin), f"arn:aws:iam::{HOME}:role/caller"
    both = {"AWS": [f"arn:aws:iam::{HOME}:user/team/bob", AWAY]}
    made = iam.create_role(RoleName="caller", AssumeRolePolicyDocument=trust(both), MaxSessionDuration=7200)["Role"]
    expect("boto3: the role", (made["Arn"], made["AssumeRolePolicyDocument"]), (arn, json.loads(trust(both))))
    iam.attach_role_policy(RoleName="caller", PolicyArn=f"arn:aws:iam::{HOME}:policy/call")
    got = world.aws(bob, "sts", "assume-role", "--role-arn", arn, "--role-session-name", "me", "--duration-seconds", "900")
    role = keys_of(got)
    expect("aws: who it is", got["AssumedRoleUser"]["Arn"], f"arn:aws:sts::{HOME}:assumed-role/caller/me")
    expect("curl: the role may call", world.call(role), (200, HELLO))
    expect("awscurl: the role may call", world.awscurl(role, world.url_path), HELLO)
    less = keys_of(world.client("sts", bob).assume_role(RoleArn=arn, RoleSessionName="me", Policy=allow("s3:*")))
    expect("curl: less by its session policy", world.call(less), (403, DENIED))
    carol = world.keys("carol")
    abroad = keys_of(world.client("sts", carol).assume_role(RoleArn=arn, RoleSessionName="carol"))
    expect("curl: from another account", world.call(abroad), (200, HELLO))
    refused(
        "boto3: admin is not trusted",
        lambda: world.client("sts", world.admin).assume_role(RoleArn=arn, RoleSessionName="me"),
        403,
        "AccessDenied",
    )
    return role


def web_identity(world):
    provider = f"arn:aws:iam::{HOME}:oidc-provider/token.example.com"
    ours = {"StringEquals": {"token.example.com:sub": "repo:ours"}}
    document = trust({"Federated": provider}, "sts:AssumeRoleWithWebIdentity", Condition=ours)
    iam = world.client("iam", world.admin)
    iam.create_role(RoleName="ci", AssumeRolePolicyDocument=document)
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()  # noqa: E731
    claims = {"iss": "https://token.example.com", "aud": "sts.amazonaws.com", "sub": "repo:ours", "exp": 4000000000}
    token = ".".join([part({"alg": "RS256"}), part(claims), "c2ln"])
    arguments = ["--role-arn", f"arn:aws:iam::{HOME}:role/ci", "--role-session-name", "run", "--web-identity-token", token]
    got = world.aws(None, "sts", "assume-role-with-web-identity", *arguments, "--no-sign-request")
    expect("aws: for a token, unsigned", got["SubjectFromWebIdentityToken"], "repo:ours")
    who = world.aws(keys_of(got), "sts", "get-caller-identity")["Arn"]
    expect("aws: it is the role", who, f"arn:aws:sts::{HOME}:assumed-role/ci/run")


def functions(world, bob):
    function = world.client("lambda", world.admin)
    expect("boto3: functions", [one["FunctionName"] for one in function.list_functions()["Functions"]], ["echo", "hello"])
    got = world.aws(world.admin, "lambda", "get-function", "--function-name", "hello")["Configuration"]["FunctionArn"]
    expect("aws: a function", got, world.arn)
    payload = function.invoke(FunctionName="echo", Payload=b'{"a": 1}')
    expect("boto3: invoke", (payload["StatusCode"], payload["Payload"].read()), (200, b'{"a": 1}'))
    refused("boto3: no such function", lambda: function.get_function(FunctionName="none"), 404, "ResourceNotFoundException")
    function.delete_function_url_config(FunctionName="echo")
    made = function.create_function_url_config(
        FunctionName="echo", AuthType="NONE", Cors={"AllowOrigins": ["http://localhost:3000"], "MaxAge": 60}
    )
    status, body = world.curl(None, made["FunctionUrl"])
    expect("curl: open, and nobody may yet", (status, body), (403, DENIED))
    for sid, further in (("url", {"FunctionUrlAuthType": "NONE"}), ("via-url", {"InvokedViaFunctionUrl": True})):
        action = "lambda:InvokeFunctionUrl" if sid == "url" else "lambda:InvokeFunction"
        function.add_permission(FunctionName="echo", StatementId=sid, Action=action, Principal="*", **further)
    status, body = world.curl(None, made["FunctionUrl"])
    expect("curl: open to everybody", (status, json.loads(body)["version"]), (200, "2.0"))
    got = function.update_function_url_config(FunctionName="echo", AuthType="AWS_IAM")["AuthType"]
    expect("boto3: closed", got, "AWS_IAM")
    expect("curl: unsigned no more", world.curl(None, made["FunctionUrl"]), (403, FORBIDDEN))
    function.put_function_concurrency(FunctionName="hello", ReservedConcurrentExecutions=0)
    expect("curl: switched off", world.call(bob)[0], 429)
    function.delete_function_concurrency(FunctionName="hello")
    expect("curl: switched on", world.call(bob), (200, HELLO))


def the_end(world, bob, role):
    sts = world.client("sts", bob)
    token = keys_of(sts.get_session_token(DurationSeconds=900))
    federated = world.client("sts", world.admin).get_federation_token(Name="guest", Policy=CALL, DurationSeconds=900)
    expect("boto3: a guest", federated["FederatedUser"]["Arn"], f"arn:aws:sts::{HOME}:federated-user/guest")
    for name, keys in (("a session token", token), ("a guest", keys_of(federated))):
        expect(f"curl: {name} may call", world.call(keys), (200, HELLO))
        refused(f"boto3: {name} calls no IAM", world.client("iam", keys).list_users, 403, "InvalidClientTokenId")
    world.move_clock(advance_seconds=901)
    for name, keys in (("a session token", token), ("a guest", keys_of(federated)), ("a role", role)):
        expect(f"curl: {name} has expired", world.call(keys), (403, EXPIRED))
        refused(f"boto3: {name} has expired", world.client("sts", keys).get_caller_identity, 403, "ExpiredToken")
    expect("curl: long-term keys go on", world.call(bob), (200, HELLO))


def main(program):
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "cloud.toml")
        config.write_text(CONFIG)
        command = [program, "cloud", "--config", str(config), "--state", str(Path(folder, "state"))]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            world = World(process.stdout.readline())
            mine = shared.environment(world, None)
            os.environ.clear()
            os.environ.update(mine)
            bob = a_user(world)
            groups_and_managed_policies(world, bob)
            errors(world)
            pages(world)
            role = roles(world, bob)
            web_identity(world)
            functions(world, bob)
            the_end(world, bob, role)
        finally:
            process.terminate()
        expect("it stops when told to", process.wait(timeout=10), 0)
        again = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            world = World(again.stdout.readline())
            expect("after a restart bob may still call", world.call(bob), (200, HELLO))
        finally:
            again.terminate()
        expect("it stops again", again.wait(timeout=10), 0)


if __name__ == "__main__":
    main(sys.argv[1])
