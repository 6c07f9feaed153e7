"""Compares the region and service that signpost reads from a host with the endpoints of botocore.

Usage: endpoints.py SIGNPOST

Asks botocore for the endpoint of every service that it knows, in four regions of three partitions,
and `signpost sign` for the credential scope of that host.
"""

import concurrent.futures
import json
import os
import subprocess
import sys

# botocore.py beside this file is not the package.
sys.path = [entry for entry in sys.path if os.path.abspath(entry or ".") != os.path.dirname(os.path.abspath(__file__))]

import botocore.session  # noqa: E402

REGIONS = ["us-east-1", "us-west-2", "cn-north-1", "us-gov-west-1"]
KEYS = {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE", "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}
# A region that botocore names for itself and that stands in no scope.
PSEUDO_REGIONS = {"aws-global"}


def endpoints():
    session = botocore.session.get_session()
    for service in session.get_available_services():
        for region in REGIONS:
            client = session.create_client(service, region_name=region, **KEYS)
            signer = client._request_signer
            yield client.meta.endpoint_url, (signer.region_name, client.meta.service_model.signing_name)


def by_signpost(program, url):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {name.upper(): value for name, value in KEYS.items()}
    result = subprocess.run([program, "sign", "--json", url], capture_output=True, env=environment, check=False)
    if result.returncode != 0:
        return result.stderr.decode()
    _, region, service, _ = json.loads(result.stdout)["credential_scope"].split("/")
    return region, service


def main():
    program = sys.argv[1]
    expected = dict(endpoints())
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda url: by_signpost(program, url), expected))
    failures = [(url, scope, ours) for (url, scope), ours in zip(expected.items(), found)
                if ours != scope and scope[0] not in PSEUDO_REGIONS]
    for url, scope, ours in failures:
        print(f"DIFFERS: {url}: botocore {scope}, signpost {ours}")
    agreed = len(expected) - len(failures)
    print(f"botocore {botocore.__version__}: {agreed} of {len(expected)} endpoints say the same region and service")
    sys.exit(bool(failures) or not expected)


if __name__ == "__main__":
    main()
