"""Real clients of AWS against `splitscope cloud serve`.

usage: real_clients.py PROGRAM botocore|awscli
Exit code 77: that client is not installed here, and its name is printed.
"""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

KEY, SECRET = "AKIASPLITSCOPETEST01", "test/secret/that/opens/nothing/000000001"
REGION = "us-east-1"
SKIPPED = 77


def state(faults=()):
    def instance(number, cluster):
        return {"name": f"n{number}", "address": f"10.77.0.{10 + number}",
                "tags": {"Name": f"n{number}", "cluster": cluster}}
    own = {"name": "self", "address": "127.0.0.1", "role": "hz-role", "metadata": "tokens",
           "tags": {"cluster": "other"}}
    return {"keys": [{"id": KEY, "secret": SECRET}],
            "instances": [instance(n, "orders") for n in range(1, 8)] + [own],
            "tasks": [{"name": f"t{n}", "address": address, "cluster": "shop", "family": "hz",
                       "service": "hzsvc", "role": "task-role", "tags": {"cluster": "orders"}}
                      for n, address in ((1, "127.0.0.1"), (2, "10.77.0.22"))],
            "faults": list(faults)}


class Served:
    """The program, its doors, and a folder of its own."""

    def __init__(self, program, tls=()):
        self.folder = tempfile.TemporaryDirectory()
        self.path = pathlib.Path(self.folder.name)
        self.write(state())
        arguments = [program, "cloud", "serve", "--api", "127.0.0.1:0", "--imds", "127.0.0.1:0",
                     "--ecs-metadata", "127.0.0.1:0", "--state", str(self.path / "state.json")]
        if tls:
            arguments += ["--tls", *tls]
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        self.doors = {}
        for line in self.process.stdout:
            name, _, where = line.strip().partition(": ")
            if name == "state":
                break
            self.doors[name] = where

    def write(self, content):
        (self.path / "state.json").write_text(json.dumps(content))

    def read_again(self, content):
        self.write(content)
        self.process.send_signal(signal.SIGHUP)
        assert self.process.stdout.readline().startswith("state:")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.communicate(timeout=30)
        self.folder.cleanup()
        assert self.process.returncode == 0, self.process.returncode


def check(what, seen, wanted):
    if seen != wanted:
        sys.exit(f"{what}: saw {seen!r}, wanted {wanted!r}")
    print("ok", what)


def addresses(answer):
    return sorted(instance["PrivateIpAddress"] for reservation in answer["Reservations"]
                  for instance in reservation["Instances"])


FILTERS = [{"Name": "tag:cluster", "Values": ["orders"]},
           {"Name": "instance-state-name", "Values": ["running"]}]
ORDERS = sorted(f"10.77.0.{10 + n}" for n in range(1, 8))


def code_of(call):
    from botocore.exceptions import ClientError
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "none"


def client_of(service, url, keys=(KEY, SECRET), **more):
    import botocore.config
    import botocore.session
    return botocore.session.Session().create_client(
        service, region_name=REGION, endpoint_url=url, aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        config=botocore.config.Config(retries={"max_attempts": 0}), **more)


def botocore_lists(served):
    ec2 = client_of("ec2", served.doors["api"])
    check("filters", addresses(ec2.describe_instances(Filters=FILTERS)), ORDERS)
    wild = [{"Name": "tag:cluster", "Values": ["ord*"]}]
    check("wildcards", addresses(ec2.describe_instances(Filters=wild)), ORDERS)
    pages = list(ec2.get_paginator("describe_instances").paginate(
        Filters=FILTERS, PaginationConfig={"PageSize": 5}))
    check("pages", (len(pages), sorted(sum(map(addresses, pages), []))), (2, ORDERS))
    ecs = client_of("ecs", served.doors["api"])
    arns = ecs.list_tasks(cluster="shop", serviceName="hzsvc")["taskArns"]
    check("tasks listed", len(arns), 2)
    tasks = ecs.describe_tasks(cluster="shop", tasks=arns, include=["TAGS"])["tasks"]
    check("tasks described",
          sorted(task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]
                 for task in tasks), ["10.77.0.22", "127.0.0.1"])
    missing = ecs.describe_tasks(cluster="shop", tasks=["arn:aws:ecs:us-east-1:1:task/shop/0"])
    check("a task that is not there", missing["failures"][0]["reason"], "MISSING")


def botocore_is_refused(served):
    url = served.doors["api"]
    wrong = client_of("ec2", url, (KEY, "wrong"))
    check("a wrong secret", code_of(wrong.describe_instances), "AuthFailure")
    unknown = client_of("ecs", url, ("AKIAUNKNOWN000000001", SECRET))
    check("an unknown key", code_of(lambda: unknown.list_tasks(cluster="shop")),
          "UnrecognizedClientException")
    ec2 = client_of("ec2", url)
    check("no such filter",
          code_of(lambda: ec2.describe_instances(Filters=[{"Name": "moon", "Values": ["1"]}])),
          "InvalidParameterValue")
    check("no such instance",
          code_of(lambda: ec2.describe_instances(InstanceIds=["i-0123456789abcdef0"])),
          "InvalidInstanceID.NotFound")
    served.read_again(state([{"kind": "throttle", "capacity": 0, "refill": 0}]))
    check("throttled", code_of(ec2.describe_instances), "RequestLimitExceeded")
    ecs = client_of("ecs", url)
    check("throttled on ECS", code_of(lambda: ecs.list_tasks(cluster="shop")),
          "ThrottlingException")
    served.read_again(state([{"kind": "fail", "status": 503, "code": "Unavailable"}]))
    check("out of order", code_of(ec2.describe_instances), "Unavailable")
    served.read_again(state())
    check("and back", addresses(ec2.describe_instances(Filters=FILTERS)), ORDERS)


def botocore_finds_credentials(served):
    import botocore.session
    os.environ["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = served.doors["imds"]
    session = botocore.session.Session()
    found = session.get_credentials()
    check("credentials of the instance's role", found.method, "iam-role")
    ec2 = session.create_client("ec2", region_name=REGION, endpoint_url=served.doors["api"])
    check("which open EC2", addresses(ec2.describe_instances(Filters=FILTERS)), ORDERS)
    os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = (
        served.doors["ecs-metadata"] + "/v2/credentials/t1")
    session = botocore.session.Session()
    check("credentials of the task's role", session.get_credentials().method, "container-role")
    ecs = session.create_client("ecs", region_name=REGION, endpoint_url=served.doors["api"])
    check("which open ECS", len(ecs.list_tasks(cluster="shop")["taskArns"]), 2)


def botocore_over_tls(program):
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = f"{folder}/cert.pem", f"{folder}/key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                        "-keyout", key, "-out", certificate], check=True, capture_output=True)
        with Served(program, (certificate, key)) as served:
            check("https", served.doors["api"].startswith("https://"), True)
            ec2 = client_of("ec2", served.doors["api"], verify=certificate)
            check("over TLS", addresses(ec2.describe_instances(Filters=FILTERS)), ORDERS)


def run_botocore(program):
    try:
        import botocore
    except ImportError:
        print("skipped: python3-botocore is not installed")
        return SKIPPED
    print("botocore", botocore.__version__)
    with Served(program) as served:
        botocore_lists(served)
        botocore_is_refused(served)
        botocore_finds_credentials(served)
    botocore_over_tls(program)
    return 0


def run_awscli(program):
    if shutil.which("aws") is None:
        print("skipped: awscli is not installed")
        return SKIPPED
    with Served(program) as served:
        def aws(*arguments, secret=SECRET):
            environment = dict(os.environ, AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=secret,
                               AWS_DEFAULT_REGION=REGION, AWS_MAX_ATTEMPTS="1", AWS_PAGER="",
                               HOME=str(served.path))
            return subprocess.run(["aws", "--endpoint-url", served.doors["api"], "--output",
                                   "json", *arguments], env=environment, text=True,
                                  capture_output=True, check=False)
        listed = aws("ec2", "describe-instances", "--filters", "Name=tag:cluster,Values=orders",
                     "--page-size", "5")
        check("aws ec2 describe-instances, in pages", addresses(json.loads(listed.stdout)), ORDERS)
        refused = aws("ec2", "describe-instances", secret="wrong")
        check("aws with a wrong secret", "AuthFailure" in refused.stderr, True)
        tasks = aws("ecs", "list-tasks", "--cluster", "shop")
        check("aws ecs list-tasks", len(json.loads(tasks.stdout)["taskArns"]), 2)
    return 0


if __name__ == "__main__":
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "HTTP_PROXY",
                 "HTTPS_PROXY", "http_proxy", "https_proxy", "AWS_CA_BUNDLE"):
        os.environ.pop(name, None)
    os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
    sys.exit({"botocore": run_botocore, "awscli": run_awscli}[sys.argv[2]](sys.argv[1]))
