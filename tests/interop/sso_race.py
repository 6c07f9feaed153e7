"""Lets the AWS CLI and signpost refresh the same cached SSO token at the same time: neither may lose the login.

Usage: sso_race.py SIGNPOST [ROUNDS]

20 rounds by default; 200 take some minutes. Each round makes the token need a refresh, starts both, and expects
both to get the role's credential. The file must then have a token that the portal takes, and the next round
refreshes with what it has.
"""

import hashlib
import importlib.util
import json
import random
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

spec = importlib.util.spec_from_file_location("cloud_credentials", Path(__file__).with_name("cloud_credentials.py"))
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
shared, expect, boto3 = helpers.shared, helpers.expect, helpers.boto3

ROUNDS = 20
SEED = 20150830
START_URL = "https://d-1234567890.awsapps.com/start"
UNSIGNED = helpers.Config(signature_version=helpers.UNSIGNED)


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


def log_in(world, home):
    """Logs in to Identity Center and writes the file that the AWS CLI would write."""
    oidc = boto3.client("sso-oidc", region_name=world.region, endpoint_url=world.endpoint, config=UNSIGNED)
    client = oidc.register_client(clientName="interop", clientType="public", scopes=["sso:account:access"])
    known = {name: client[name] for name in ("clientId", "clientSecret")}
    device = oidc.start_device_authorization(**known, startUrl=START_URL)
    with urllib.request.urlopen(urllib.request.Request(device["verificationUriComplete"], b"", method="POST")):
        pass
    grant = {"grantType": "urn:ietf:params:oauth:grant-type:device_code", "deviceCode": device["deviceCode"]}
    token = oidc.create_token(**known, **grant)
    cache = Path(home, ".aws/sso/cache", hashlib.sha1(b"work").hexdigest() + ".json")
    cache.parent.mkdir(parents=True)
    cache.write_text(json.dumps({
        "startUrl": START_URL, "region": world.region, "accessToken": token["accessToken"], "expiresAt": stamp(60),
        "refreshToken": token["refreshToken"], **known, "registrationExpiresAt": stamp(86_400),
    }))  # fmt: skip
    Path(home, ".aws/config").write_text(f"""
[sso-session work]
sso_start_url = {START_URL}
sso_region = {world.region}
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = work
sso_account_id = {helpers.HOME}
sso_role_name = worker
""")
    return cache


def play(number, signpost, world, home, cache, draw):
    before = json.loads(cache.read_text())
    # As if its hour were nearly over.
    cache.write_text(json.dumps(before | {"expiresAt": stamp(60)}))
    shutil.rmtree(Path(home, ".aws/cli"), ignore_errors=True)
    folders = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    env = shared.environment(world, None) | folders | {"AWS_ENDPOINT_URL": world.endpoint}
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        del env[name]
    start = lambda *command: subprocess.Popen(  # noqa: E731
        [str(part) for part in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env
    )
    cli = start(shared.BIN / "aws", "--profile", "dev", "--output", "json", "sts", "get-caller-identity")
    # The CLI takes a while to start; somewhere here it reads, refreshes and writes.
    time.sleep(draw.uniform(0.0, 1.2) * world.pace)
    own = start(signpost, "token", "--profile", "dev", "--format", "process")
    for name, process in (("aws", cli), ("signpost", own)):
        out, error = process.communicate(timeout=60)
        if process.returncode != 0:
            sys.exit(f"round {number}, {name}: {error.strip() or out}")
    after = json.loads(cache.read_text())
    if after["accessToken"] == before["accessToken"]:
        sys.exit(f"round {number}: nobody refreshed the token")
    portal = boto3.client("sso", region_name=world.region, endpoint_url=world.endpoint, config=UNSIGNED)
    portal.list_accounts(accessToken=after["accessToken"])


def pace(world):
    """How long the AWS CLI takes to start here, in seconds."""
    started = time.monotonic()
    shared.run([shared.BIN / "aws", "sts", "get-caller-identity"], shared.environment(world, world.alice) | {
        "AWS_ENDPOINT_URL": world.endpoint,
    })  # fmt: skip
    return time.monotonic() - started


def main(program, rounds=ROUNDS):
    signpost, draw = Path(program).resolve(), random.Random(SEED)
    with helpers.served(program, helpers.CONFIG.replace("frozen = true", "")) as (world, home):
        world.pace = pace(world)
        cache = log_in(world, home)
        for number in range(int(rounds)):
            play(number, signpost, world, home, cache, draw)
        expect("aws and signpost: the login outlived every refresh", len(json.loads(cache.read_text())) > 6, True)


if __name__ == "__main__":
    main(*sys.argv[1:])
