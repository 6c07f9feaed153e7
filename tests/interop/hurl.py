"""Plays the way from 403 to 200 on the local cloud with hurl, and every refusal of a function URL
that it can provoke. hurl lets libcurl sign.

Usage: hurl.py SIGNPOST

hurl is looked for in PATH. `HURL=skip` leaves it out, for a machine that has none.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

FILES = Path(__file__).with_name("hurl")


def play(hurl, file, command, variables):
    """Starts a cloud, and plays a file with what its line of JSON says. Gives hurl's exit code."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as cloud:
        try:
            told = variables(json.loads(cloud.stdout.readline()))
            given = [word for name, value in told.items() for word in ("--variable", f"{name}={value}")]
            # A proxy of the user's would come between.
            environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
            return subprocess.run([hurl, "--test", *given, FILES / file], env=environment).returncode
        finally:
            cloud.terminate()


def of_the_demo(told):
    variables = {name: told[name] for name in ("endpoint", "region", "function_url_path")}
    for user, keys in told["users"].items():
        variables |= {f"{user}_arn": keys["arn"], f"{user}_key": keys["access_key_id"],
                      f"{user}_secret": keys["secret_access_key"]}
    return variables


def main():
    if os.environ.get("HURL") == "skip":
        print("left out: HURL=skip")
        return 0
    hurl = shutil.which("hurl")
    if hurl is None:
        print("hurl is not installed: cargo install hurl, or HURL=skip", file=sys.stderr)
        return 2
    program = sys.argv[1]
    story = play(hurl, "story.hurl", [program, "demo", "--serve"], of_the_demo)
    refusals = play(hurl, "refusals.hurl", [program, "cloud", "--config", FILES / "cloud.toml"],
                    lambda told: {"endpoint": told["endpoint"]})
    return story or refusals


if __name__ == "__main__":
    sys.exit(main())
