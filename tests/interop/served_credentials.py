"""Takes credentials from signpost with the AWS CLI and boto3.

Usage: served_credentials.py SIGNPOST

As a `credential_process`, from the endpoint of `token --serve`, and under `exec --serve`. boto3 lives on the
endpoint past an expiry: the cloud's clock is set back so far that a session of 15 minutes expires in seconds.
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

spec = importlib.util.spec_from_file_location("cloud_credentials", Path(__file__).with_name("cloud_credentials.py"))
helpers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(helpers)
shared, expect, refused, boto3 = helpers.shared, helpers.expect, helpers.refused, helpers.boto3

ALICE = f"arn:aws:iam::{helpers.HOME}:user/alice"
LIFE = 900
# How long a session lasts by the real clock while the cloud's is behind.
SECONDS = 4


def environment(world, home):
    """A user without AWS files, and of signpost only what is in this folder."""
    folders = {name: str(home) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    return shared.environment(world, None) | folders | {"AWS_ENDPOINT_URL": world.endpoint}


def workspace(world, folder):
    access_key, secret_key, _ = world.alice
    Path(folder, "signpost.toml").write_text(f"""
[identities.alice]
kind = "keys"
access_key = "{access_key}"
secret_key = "{secret_key}"
[identities.session]
kind = "get-session-token"
source = "alice"
endpoint = "{world.endpoint}"
duration_seconds = {LIFE}
""")


def who(program, env, *arguments):
    result = shared.run([*program, *arguments, "--output", "json", "sts", "get-caller-identity"], env)
    return json.loads(result.stdout or "{}").get("Arn", result.stderr)


def as_a_process(signpost, world, folder):
    config = Path(folder, "config")
    config.write_text(f"[profile session]\ncredential_process = {signpost} token --as session --format process "
                      f"--workspace {folder}\n")  # fmt: skip
    env = environment(world, folder) | {"AWS_CONFIG_FILE": str(config)}
    expect("aws: credential_process", who([shared.BIN / "aws"], env, "--profile", "session"), ALICE)


def serve(signpost, world, folder):
    """The process, and the variables that it prints."""
    command = [signpost, "token", "--serve", "--as", "session", "--workspace", folder]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment(world, folder))
    lines = [process.stdout.readline() for _ in range(2)]
    return process, dict(line.removeprefix("export ").strip().split("=", 1) for line in lines)


def from_the_endpoint(signpost, world, folder):
    process, variables = serve(signpost, world, folder)
    try:
        env = environment(world, folder) | variables
        expect("aws: from the endpoint", who([shared.BIN / "aws"], env), ALICE)
        env["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "another"
        expect("aws: with another token", "AccessDenied" in who([shared.BIN / "aws"], env), True)
    finally:
        process.send_signal(2)
    expect("it stops at an interrupt", process.wait(timeout=10), 0)
    command = [signpost, "exec", "--serve", "--as", "session", "--workspace", folder, "--", shared.BIN / "aws"]
    expect("aws: under exec --serve", who(command, environment(world, folder)), ALICE)


def past_an_expiry(signpost, world, folder):
    world.move_clock(advance_seconds=SECONDS - LIFE)
    process, variables = serve(signpost, world, folder)
    os.environ.update(variables)
    try:
        session = boto3.Session(region_name=world.region)
        sts = session.client("sts", endpoint_url=world.endpoint)
        expect("boto3: from the endpoint", sts.get_caller_identity()["Arn"], ALICE)
        first = session.get_credentials().get_frozen_credentials()
        time.sleep(SECONDS + 1)
        world.move_clock(advance_seconds=LIFE - SECONDS)
        old = world.client("sts", (first.access_key, first.secret_key, first.token))
        refused("boto3: the first session has expired", old.get_caller_identity, 403, "ExpiredToken")
        expect("boto3: the same client goes on", sts.get_caller_identity()["Arn"], ALICE)
        second = session.get_credentials().get_frozen_credentials()
        expect("boto3: with other keys", second.access_key != first.access_key, True)
    finally:
        for variable in variables:
            del os.environ[variable]
        process.send_signal(2)
    expect("it stops at an interrupt", process.wait(timeout=10), 0)


def main(program):
    signpost = str(Path(program).resolve())
    with helpers.served(program, helpers.CONFIG.replace("frozen = true", "")) as (world, folder):
        mine = environment(world, folder)
        os.environ.clear()
        os.environ.update(mine)
        workspace(world, folder)
        as_a_process(signpost, world, folder)
        from_the_endpoint(signpost, world, folder)
        past_an_expiry(signpost, world, folder)


if __name__ == "__main__":
    main(sys.argv[1])
