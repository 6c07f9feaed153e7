"""Compares which credential a profile means with botocore's resolver, over drawn config and credentials
files: chains, loops, missing parts, odd spacing, comments, unicode. The same kind of credential, and the
same keys where they are in the files, or both an error. Also runs AWS's own cases of profiles and
endpoints, which it fetches: they are no part of this repository.

Usage: credential_chain.py SIGNPOST
"""

import glob
import json
import os
import random
import subprocess
import sys
import tarfile
import tempfile

# The script beside this one has the name of the package.
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(os.path.abspath(__file__))]

import botocore  # noqa: E402
import botocore.session  # noqa: E402

FILES = 500
SEED = 20150830

# What botocore calls its providers -> what `signpost identities` calls them.
KINDS = {
    "assume-role": "role",
    "assume-role-with-web-identity": "web-identity",
    "sso": "sso",
    "shared-credentials-file": "keys",
    "login": "login",
    "custom-process": "process",
    "config-file": "keys",
}


class Drawn:
    """One pair of files."""

    def __init__(self, draw, script):
        self.draw, self.script = draw, script
        self.names = [f"p{number}" for number in range(draw.randint(1, 5))]
        self.config = self.noise() + "".join(self.profile(name) for name in self.names)
        self.config += self.section("sso-session corp", {
            "sso_region": "us-east-1", "sso_start_url": "https://example.awsapps.com/start",
        })
        self.credentials = self.noise() + "".join(
            self.section(name, self.keys()) for name in self.names if draw.random() < 0.3
        )

    def noise(self):
        return self.draw.choice(["", "", "\n", "# a comment\n", "; ünïcödé 🪧\n", "\n\n# [profile p0]\n"])

    def section(self, head, values):
        space = self.draw.choice([" = ", "=", "  =\t", " =  "])
        lines = [f"{self.case(key)}{space}{value}\n{self.noise()}" for key, value in values.items()]
        return f"[{head}]\n{''.join(lines)}"

    def case(self, key):
        return key.upper() if self.draw.random() < 0.05 else key

    def keys(self):
        keys = {
            "aws_access_key_id": f"AKIA{self.draw.randint(10**15, 10**16 - 1)}",
            "aws_secret_access_key": f"secret/{self.draw.randint(0, 10**9)}+=",
        }
        if self.draw.random() < 0.1:
            del keys["aws_secret_access_key"]
        return keys

    def profile(self, name):
        values = {}
        chance = lambda probability: self.draw.random() < probability
        if chance(0.4):
            values["role_arn"] = f"arn:aws:iam::123456789012:role/{name}"
            if chance(0.8):
                values["source_profile"] = self.draw.choice(self.names + ["nowhere"] * chance(0.2))
            if chance(0.15):
                values["credential_source"] = self.draw.choice(["Environment", "EcsContainer", "Moon"])
            if chance(0.2):
                values["role_session_name"] = "a-session"
        if chance(0.1):
            values["web_identity_token_file"] = "/nowhere/token"
        if chance(0.2):
            values.update(sso_session="corp" if chance(0.9) else "nowhere", sso_account_id="123456789012")
            if chance(0.9):
                values["sso_role_name"] = "Developer"
        if chance(0.15):
            values["credential_process"] = self.script
        if chance(0.25):
            values.update(self.keys())
        if chance(0.5):
            values["region"] = "eu-west-1"
        if chance(0.2):
            values["note"] = "grüße 🪧 = x"
        values = list(values.items())
        self.draw.shuffle(values)
        return self.section(f"profile {name}", dict(values))


def of_botocore(name):
    """Kind and access key of a profile, or None."""
    try:
        session = botocore.session.Session(profile=name)
        credentials = session.get_credentials()
    except Exception:  # Any error is "no credential".
        return None
    if credentials is None or credentials.method not in KINDS:
        return None
    kind = KINDS[credentials.method]
    return kind, credentials.access_key if kind == "keys" else None


def of_signpost(program, profiles):
    listed = json.loads(subprocess.run(
        [program, "identities", "--json"], check=True, capture_output=True,
    ).stdout)
    found = {line["name"]: line["kind"] for line in listed if line["from"] == "profile"}
    assert set(found) == set(profiles), (found, profiles)
    return found


def access_key(program, name):
    printed = subprocess.run([program, "token", "--profile", name], check=True, capture_output=True)
    return json.loads(printed.stdout)["AccessKeyId"]


def compare(program):
    draw = random.Random(SEED)
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        script = os.path.join(folder, "get-keys")
        with open(script, "w") as file:
            file.write('#!/bin/sh\necho \'{"Version":1,"AccessKeyId":"AKIDPROCESS","SecretAccessKey":"s"}\'\n')
        os.chmod(script, 0o700)
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        os.environ.update(HOME=folder, AWS_EC2_METADATA_DISABLED="true", XDG_DATA_HOME=folder, XDG_CONFIG_HOME=folder)
        os.mkdir(".aws")
        compared = 0
        for number in range(FILES):
            drawn = Drawn(draw, script)
            for file, text in [("config", drawn.config), ("credentials", drawn.credentials)]:
                with open(os.path.join(".aws", file), "w", encoding="utf-8") as out:
                    out.write(text)
            kinds = of_signpost(program, drawn.names)
            for name in drawn.names:
                theirs = of_botocore(name)
                ours = None if kinds[name] == "none" else kinds[name]
                text = f"file {number}, profile {name}:\n{drawn.config}\n-- credentials\n{drawn.credentials}"
                assert (theirs and theirs[0]) == ours, f"botocore: {theirs}, signpost: {ours}\n{text}"
                if theirs and theirs[0] == "keys":
                    assert access_key(program, name) == theirs[1], text
                compared += 1
    print(f"botocore and signpost agree on {compared} profiles of {FILES} drawn files")


def fetch_cases(target):
    """botocore's cases are in its source distribution alone."""
    folder = os.path.join(target, "interop-cases")
    os.makedirs(folder, exist_ok=True)
    source = os.path.join(folder, f"botocore-{botocore.__version__}")
    if not os.path.isdir(source):
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
             "--no-binary", "botocore", "--dest", folder, f"botocore=={botocore.__version__}"],
            check=True,
        )
        (archive,) = glob.glob(f"{source}.tar.gz")
        with tarfile.open(archive) as tar:
            tar.extractall(folder, filter="data")
    # Unpacks the crate whose cases the tests then find in cargo's own folder.
    scratch = os.path.join(folder, "aws-runtime")
    os.makedirs(os.path.join(scratch, "src"), exist_ok=True)
    with open(os.path.join(scratch, "Cargo.toml"), "w") as file:
        file.write('[package]\nname = "cases"\nversion = "0.0.0"\nedition = "2024"\n'
                   '[dependencies]\naws-runtime = "=1.10.2"\n[workspace]\n')
    open(os.path.join(scratch, "src", "lib.rs"), "w").close()
    subprocess.run(["cargo", "fetch", "--quiet", "--manifest-path", os.path.join(scratch, "Cargo.toml")], check=True)
    return os.path.join(source, "tests", "functional")


def run_cases(root):
    target = os.environ.get("CARGO_TARGET_DIR", os.path.join(root, "target"))
    cases = fetch_cases(os.path.abspath(target))
    environment = {**os.environ, "SIGNPOST_BOTOCORE_CASES": cases}
    suites = os.path.join(root, "..", "shared", "suites", "credentials")
    if os.path.isdir(suites):
        environment.setdefault("SIGNPOST_CREDENTIAL_CASES", os.path.abspath(suites))
    subprocess.run(
        ["cargo", "test", "--quiet", "--locked", "--lib", "parity::aws_cases"], check=True, cwd=root,
        env=environment, stdout=subprocess.DEVNULL,
    )
    print("AWS's cases of profiles and endpoints hold")


def main():
    program = os.path.abspath(sys.argv[1])
    root = os.getcwd()
    run_cases(root)
    compare(program)


main()
