"""Plays the ways to a credential on `signpost cloud` with the AWS CLI and boto3.

Usage: cloud_credentials.py SIGNPOST

A virtual MFA device is made, enabled and used, by hand and by a profile with `mfa_serial`. The codes
are computed here, from the seed that the cloud gives. boto3 lives on the metadata endpoints of an
instance and of a container, past an expiry. And somebody logs in to Identity Center, by boto3, whose
token the AWS CLI finds in its cache, renews and uses. Then signpost logs in, to Identity Center and by
AWS Sign-In; the AWS CLI uses what it wrote, and signpost what the AWS CLI has renewed.
"""

import base64
import contextlib
import hashlib
import hmac
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from datetime import datetime
from pathlib import Path

# The helpers of the other script; its folder must not be searched for modules, because botocore.py
# there is not the package.
spec = importlib.util.spec_from_file_location("cloud", Path(__file__).with_name("cloud.py"))
shared = importlib.util.module_from_spec(spec)
spec.loader.exec_module(shared)
expect, refused, Cloud, boto3, Config = shared.expect, shared.refused, shared.Cloud, shared.boto3, shared.Config

from botocore import UNSIGNED  # noqa: E402

HOME = "123456789012"
SERIAL = f"arn:aws:iam::{HOME}:mfa/phone"
ROLE = f"arn:aws:iam::{HOME}:role/behind-mfa"
CONFIG = """
[clock]
frozen = true
[instance]
role = "worker"
[container]
role = "worker"
lifetime_seconds = 900
authorization_token = "Basic c2VjcmV0"
[sso]
user = "carol"
assignments = [{ role = "worker" }]
[signin]
user = "alice"
[[accounts]]
id = "123456789012"
[[accounts.users]]
name = "admin"
attached = ["arn:aws:iam::aws:policy/AdministratorAccess"]
[[accounts.users]]
name = "alice"
[[accounts.roles]]
name = "behind-mfa"
trust = '''{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:user/alice"},
  "Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}}'''
[[accounts.roles]]
name = "worker"
trust = '''{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",
  "Principal":{"Service":["ec2.amazonaws.com","ecs-tasks.amazonaws.com"]}}}'''
"""


class World(Cloud):
    """The cloud with what this script needs of its line of JSON."""

    def __init__(self, line):
        info = json.loads(line)
        self.endpoint, self.region = info["endpoint"], info["region"]
        self.instance, self.container = info["instance_metadata"], info["container_credentials"]
        self.users = {name: user for account in info["accounts"] for name, user in account["users"].items()}
        self.admin, self.alice = self.keys("admin"), self.keys("alice")

    def code(self, seed, steps=0):
        """The code of a seed by the cloud's clock, so many steps of 30 seconds later."""
        now = datetime.fromisoformat(self.move_clock(advance_seconds=0)["now"].replace("Z", "+00:00"))
        counter = int(now.timestamp()) // 30 + steps
        digest = hmac.new(base64.b32decode(seed), counter.to_bytes(8, "big"), hashlib.sha1).digest()
        offset = digest[-1] & 15
        number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"


def a_device(world, folder):
    outfile = Path(folder, "seed")
    made = world.aws(world.admin, "iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "phone",
                     "--bootstrap-method", "Base32StringSeed", "--outfile", str(outfile))  # fmt: skip
    expect("aws: the device", made["VirtualMFADevice"], {"SerialNumber": SERIAL})
    seed = outfile.read_text()
    qr = world.aws(world.admin, "iam", "create-virtual-mfa-device", "--virtual-mfa-device-name", "other",
                   "--bootstrap-method", "QRCodePNG", "--outfile", str(Path(folder, "qr")))  # fmt: skip
    expect("aws: without a QR code", qr["VirtualMFADevice"]["SerialNumber"], f"arn:aws:iam::{HOME}:mfa/other")
    iam = world.client("iam", world.admin)
    enable = lambda first, second: iam.enable_mfa_device(  # noqa: E731
        UserName="alice", SerialNumber=SERIAL, AuthenticationCode1=first, AuthenticationCode2=second
    )
    refused("boto3: codes in the wrong order", lambda: enable(world.code(seed, 1), world.code(seed)), 403,
            "InvalidAuthenticationCode")  # fmt: skip
    enable(world.code(seed), world.code(seed, 1))
    got = world.aws(world.admin, "iam", "list-mfa-devices", "--user-name", "alice")["MFADevices"]
    expect("aws: it is alice's", [(one["UserName"], one["SerialNumber"]) for one in got], [("alice", SERIAL)])
    got = iam.get_paginator("list_virtual_mfa_devices").paginate(AssignmentStatus="Assigned").build_full_result()
    expect("boto3: with its user", got["VirtualMFADevices"][0]["User"]["UserName"], "alice")
    world.move_clock(advance_seconds=60)
    return seed


def by_hand(world, seed):
    code = world.code(seed)
    arguments = ["sts", "get-session-token", "--serial-number", SERIAL, "--token-code"]
    expect("aws: a session", world.aws(world.alice, *arguments, code)["Credentials"]["AccessKeyId"][:4], "ASIA")
    message = "MultiFactorAuthentication failed with invalid MFA one time pass code."
    sts = world.client("sts", world.alice)
    refused("boto3: a code is valid once", lambda: sts.get_session_token(SerialNumber=SERIAL, TokenCode=code), 403,
            "AccessDenied", message)  # fmt: skip
    refused("boto3: a role needs one", lambda: sts.assume_role(RoleArn=ROLE, RoleSessionName="me"), 403, "AccessDenied")
    world.move_clock(advance_seconds=30)


def by_a_profile(world, seed, folder, program):
    config = Path(folder, "config")
    access_key, secret_key, _ = world.alice
    config.write_text(f"""
[profile alice]
aws_access_key_id = {access_key}
aws_secret_access_key = {secret_key}
[profile behind-mfa]
role_arn = {ROLE}
source_profile = alice
mfa_serial = {SERIAL}
role_session_name = me
""")
    env = shared.environment(world, None) | {"AWS_CONFIG_FILE": str(config), "HOME": folder, "AWS_ENDPOINT_URL": world.endpoint}
    command = [str(shared.BIN / "aws"), "--profile", "behind-mfa", "--output", "json", "sts", "get-caller-identity"]
    # Without a terminal the CLI reads the code from its standard input.
    result = subprocess.run(command, input=world.code(seed) + "\n", capture_output=True, text=True, env=env,
                            start_new_session=True, check=False)  # fmt: skip
    who = json.loads(result.stdout or "{}").get("Arn", result.stderr)
    expect("aws: a profile with mfa_serial", who, f"arn:aws:sts::{HOME}:assumed-role/behind-mfa/me")
    # The CLI has cached the role: signpost needs no code, and there is no terminal to ask for one.
    command = [program, "whoami", "--profile", "behind-mfa", "--json"]
    env["AWS_SHARED_CREDENTIALS_FILE"] = str(Path(folder, "credentials"))
    result = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=env,
                            start_new_session=True, cwd=folder, check=False)  # fmt: skip
    found = json.loads(result.stdout) if result.returncode == 0 else {"arn": result.stderr, "source": ""}
    expect("signpost: the role that the AWS CLI has cached", (found["arn"], found["source"]),
           (f"arn:aws:sts::{HOME}:assumed-role/behind-mfa/me", "role behind-mfa, cached by the AWS CLI"))  # fmt: skip


def machines(world):
    worker = f"arn:aws:sts::{HOME}:assumed-role/worker/"
    instance = {"AWS_EC2_METADATA_SERVICE_ENDPOINT": world.instance, "AWS_EC2_METADATA_DISABLED": "false"}
    container = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": world.container, "AWS_CONTAINER_AUTHORIZATION_TOKEN": "Basic c2VjcmV0"}
    for name, variables in (("an instance", instance), ("a container", container)):
        env = shared.environment(world, None) | variables
        os.environ.update(variables)
        session = boto3.Session(region_name=world.region)
        sts = session.client("sts", endpoint_url=world.endpoint)
        expect(f"boto3: in {name}", sts.get_caller_identity()["Arn"].startswith(worker), True)
        first = session.get_credentials().access_key
        world.move_clock(advance_seconds=21_600)
        renewed = boto3.Session(region_name=world.region)
        sts = renewed.client("sts", endpoint_url=world.endpoint)
        expect(f"boto3: in {name}, past the expiry", sts.get_caller_identity()["Arn"].startswith(worker), True)
        expect(f"boto3: in {name}, other keys", renewed.get_credentials().access_key != first, True)
        command = [shared.BIN / "aws", "--endpoint-url", world.endpoint, "--output", "json", "sts", "get-caller-identity"]
        who = json.loads(shared.run(command, env).stdout or "{}").get("Arn", "")
        expect(f"aws: in {name}", who.startswith(worker), True)
        for variable in variables:
            del os.environ[variable]


def identity_center(world, folder):
    start_url = "https://d-1234567890.awsapps.com/start"
    unsigned = Config(signature_version=UNSIGNED)
    oidc = boto3.client("sso-oidc", region_name=world.region, endpoint_url=world.endpoint, config=unsigned)
    client = oidc.register_client(clientName="interop", clientType="public", scopes=["sso:account:access"])
    known = {name: client[name] for name in ("clientId", "clientSecret")}
    device = oidc.start_device_authorization(**known, startUrl=start_url)
    grant = {"grantType": "urn:ietf:params:oauth:grant-type:device_code", "deviceCode": device["deviceCode"]}
    refused("boto3: not logged in yet", lambda: oidc.create_token(**known, **grant), 400, "AuthorizationPendingException")
    with urllib.request.urlopen(urllib.request.Request(device["verificationUriComplete"], b"", method="POST")) as page:
        expect("the button", page.status, 200)
    token = oidc.create_token(**known, **grant)
    portal = boto3.client("sso", region_name=world.region, endpoint_url=world.endpoint, config=unsigned)
    access = {"accessToken": token["accessToken"]}
    got = portal.get_paginator("list_accounts").paginate(**access).build_full_result()["accountList"]
    expect("boto3: accounts", [one["accountId"] for one in got], [HOME])
    got = portal.list_account_roles(**access, accountId=HOME)["roleList"]
    expect("boto3: roles", got, [{"roleName": "worker", "accountId": HOME}])
    refused("boto3: a role that isn't assigned",
            lambda: portal.get_role_credentials(**access, accountId=HOME, roleName="behind-mfa"), 403,
            "ForbiddenException")  # fmt: skip

    cache = Path(folder, ".aws/sso/cache", hashlib.sha1(b"work").hexdigest() + ".json")
    cache.parent.mkdir(parents=True)
    stamp = lambda seconds: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))  # noqa: E731
    cache.write_text(json.dumps({
        "startUrl": start_url, "region": world.region, "accessToken": token["accessToken"], "expiresAt": stamp(60),
        "refreshToken": token["refreshToken"], **known, "registrationExpiresAt": stamp(86_400),
    }))  # fmt: skip
    config = Path(folder, "sso-config")
    config.write_text(f"""
[sso-session work]
sso_start_url = {start_url}
sso_region = {world.region}
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = work
sso_account_id = {HOME}
sso_role_name = worker
""")
    env = shared.environment(world, None) | {"AWS_CONFIG_FILE": str(config), "HOME": folder, "AWS_ENDPOINT_URL": world.endpoint}
    result = shared.run([shared.BIN / "aws", "--profile", "dev", "--output", "json", "sts", "get-caller-identity"], env)
    who = json.loads(result.stdout or "{}").get("Arn", result.stderr)
    expect("aws: a profile with sso_session", who, f"arn:aws:sts::{HOME}:assumed-role/worker/carol")
    renewed = json.loads(cache.read_text())["accessToken"]
    expect("aws: it renewed the token", renewed != token["accessToken"], True)
    portal.logout(accessToken=renewed)
    refused("boto3: logged out", lambda: portal.list_accounts(accessToken=renewed), 401, "UnauthorizedException")


def press_button(page):
    """Logs in at a page, and follows it back to the program."""
    with urllib.request.urlopen(urllib.request.Request(page, b"", method="POST")) as answer:
        return answer.status


def signpost_logs_in(world, folder, program):
    config = Path(folder, "login-config")
    config.write_text(Path(folder, "sso-config").read_text() + f"""
[profile console]
login_session = arn:aws:iam::{HOME}:user/alice
""")
    env = shared.environment(world, None) | {"AWS_CONFIG_FILE": str(config), "HOME": folder, "AWS_ENDPOINT_URL": world.endpoint}
    # signpost reads regular files only, and /dev/null isn't one.
    env["AWS_SHARED_CREDENTIALS_FILE"] = str(Path(folder, "no-credentials"))
    for name in ("BROWSER", "SSH_CONNECTION", "SSH_TTY"):
        env.pop(name, None)

    def arn(command):
        result = shared.run(command, env)
        return json.loads(result.stdout or "{}").get("Arn", result.stderr)

    def log_in(*arguments, display):
        variables = env | ({"DISPLAY": ":0"} if display else {})
        if not display:
            variables.pop("DISPLAY", None)
            variables.pop("WAYLAND_DISPLAY", None)
        process = subprocess.Popen([program, "login", *arguments, "--no-browser"], env=variables, text=True,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
        page = next(line.strip() for line in process.stderr if line.strip().startswith("http"))
        expect("the button", press_button(page), 200)
        out, err = process.communicate(timeout=60)
        expect(f"signpost login {' '.join(arguments)}", (process.returncode, out[:12]), (0, "Logged in to"))

    aws = lambda profile: [shared.BIN / "aws", "--profile", profile, "--output", "json", "sts", "get-caller-identity"]  # noqa: E731
    mine = lambda profile: [program, "token", "--profile", profile, "--format", "json"]  # noqa: E731
    worker = f"arn:aws:sts::{HOME}:assumed-role/worker/carol"
    cache = Path(folder, ".aws/sso/cache", hashlib.sha1(b"work").hexdigest() + ".json")
    roles = Path(folder, ".aws/cli/cache")
    for display in (False, True):
        cache.unlink(missing_ok=True)
        for role in roles.glob("*.json"):
            role.unlink()
        refused_token = shared.run(["setsid", "--wait", *mine("dev")], env)
        said = refused_token.stderr.splitlines()[-1:]
        expect("signpost: nobody is logged in", (refused_token.returncode, said), (3, ["  hint: Run `signpost login dev`."]))
        log_in("dev", display=display)
        expect("aws: uses the login of signpost", arn(aws("dev")), worker)
    soon = json.loads(cache.read_text())
    before = soon["accessToken"]
    soon["expiresAt"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))
    cache.write_text(json.dumps(soon))
    for role in roles.glob("*.json"):
        role.unlink()
    expect("aws: renews it", arn(aws("dev")), worker)
    expect("aws: another token", json.loads(cache.read_text())["accessToken"] != before, True)
    for role in roles.glob("*.json"):
        role.unlink()
    got = shared.run(mine("dev"), env)
    expect("signpost: uses what the AWS CLI renewed", (got.returncode, got.stderr), (0, ""))
    log_in("console", display=True)
    got = shared.run([program, "whoami", "--profile", "console", "--endpoint", world.endpoint, "--json"], env)
    expect("signpost: uses its own login", json.loads(got.stdout or "{}").get("arn", got.stderr), f"arn:aws:iam::{HOME}:user/alice")
    # botocore reads such a session only with the AWS CRT, which not every installation has.
    if importlib.util.find_spec("awscrt"):
        expect("aws: uses the login by AWS Sign-In", arn(aws("console")), f"arn:aws:iam::{HOME}:user/alice")


@contextlib.contextmanager
def served(program, config=CONFIG):
    """A cloud with this configuration, in an environment without the user's AWS settings: its world and a folder."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "cloud.toml")
        file.write_text(config)
        command = [program, "cloud", "--config", str(file)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            world = World(process.stdout.readline())
            mine = shared.environment(world, None)
            os.environ.clear()
            os.environ.update(mine)
            yield world, folder
        finally:
            process.terminate()
        expect("it stops when told to", process.wait(timeout=10), 0)


def main(program):
    with served(program) as (world, folder):
        seed = a_device(world, folder)
        by_hand(world, seed)
        by_a_profile(world, seed, folder, program)
        machines(world)
        identity_center(world, folder)
        signpost_logs_in(world, folder, str(Path(program).absolute()))


if __name__ == "__main__":
    main(sys.argv[1])
