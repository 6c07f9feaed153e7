"""Plays the way from 403 to 200 on the local cloud with hurl, which lets libcurl sign.

Usage: hurl.py SIGNPOST

hurl is looked for in PATH. `HURL=skip` leaves it out, for a machine that has none.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).with_name("hurl") / "story.hurl"


def main():
    if os.environ.get("HURL") == "skip":
        print("left out: HURL=skip")
        return 0
    hurl = shutil.which("hurl")
    if hurl is None:
        print("hurl is not installed: cargo install hurl, or HURL=skip", file=sys.stderr)
        return 2
    with subprocess.Popen([sys.argv[1], "demo", "--serve"], stdout=subprocess.PIPE, text=True) as cloud:
        try:
            told = json.loads(cloud.stdout.readline())
            variables = {name: told[name] for name in ("endpoint", "region", "function_url_path")}
            for user, keys in told["users"].items():
                variables |= {f"{user}_arn": keys["arn"], f"{user}_key": keys["access_key_id"],
                              f"{user}_secret": keys["secret_access_key"]}
            given = [word for name, value in variables.items() for word in ("--variable", f"{name}={value}")]
            # A proxy of the user's would come between.
            environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
            played = subprocess.run([hurl, "--test", *given, STORY], env=environment)
        finally:
            cloud.terminate()
    return played.returncode


if __name__ == "__main__":
    sys.exit(main())
