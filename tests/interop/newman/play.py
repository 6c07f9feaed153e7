"""Plays the way from 403 to 200 on the local cloud with newman, Postman's own runner and signer.

Usage: play.py SIGNPOST MODULES, the folder into which `npm ci` has put newman.
"""

import json
import subprocess
import sys
from pathlib import Path

STORY = Path(__file__).with_name("story.postman_collection.json")


def main():
    program, modules = sys.argv[1:]
    newman = Path(modules) / "node_modules/.bin/newman"
    with subprocess.Popen([program, "demo", "--serve"], stdout=subprocess.PIPE, text=True) as cloud:
        try:
            told = json.loads(cloud.stdout.readline())
            variables = {name: told[name] for name in ("endpoint", "region", "function_url_path")}
            for user, keys in told["users"].items():
                variables |= {f"{user}_arn": keys["arn"], f"{user}_key": keys["access_key_id"],
                              f"{user}_secret": keys["secret_access_key"]}
            given = [word for name, value in variables.items() for word in ("--env-var", f"{name}={value}")]
            played = subprocess.run([newman, "run", STORY, "--color", "off", *given], capture_output=True, text=True)
        finally:
            cloud.terminate()
    # All of it where something failed, else what was counted.
    said = played.stdout.splitlines()
    print("\n".join(line for line in said if played.returncode or "requests" in line or "assertions" in line))
    print(played.stderr, end="", file=sys.stderr)
    return played.returncode


if __name__ == "__main__":
    sys.exit(main())
