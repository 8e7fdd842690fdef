#!/usr/bin/env -S python3 -B
"""Three real Hazelcast members on 127.0.0.1 form one cluster, and one is killed.

    three_members.py hz3|hz5 BUILD_FOLDER

Builds scenarios/hazelcast with Maven into BUILD_FOLDER. Opens no connection outside loopback, but
for what Maven has not cached yet. Exit code: 0 as it should be, 1 not, 77 skipped because Java,
Maven or the artifacts are missing; with CI=true that fails.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

SKIPPED = 77
PROJECT = Path(__file__).resolve().parents[3] / "scenarios" / "hazelcast"
# What Hazelcast reaches into on Java 17.
OPENS = [
    "--add-modules", "java.se",
    "--add-exports", "java.base/jdk.internal.ref=ALL-UNNAMED",
    "--add-opens", "java.base/java.lang=ALL-UNNAMED",
    "--add-opens", "java.base/java.nio=ALL-UNNAMED",
    "--add-opens", "java.base/sun.nio.ch=ALL-UNNAMED",
    "--add-opens", "java.management/sun.management=ALL-UNNAMED",
    "--add-opens", "jdk.management/com.sun.management.internal=ALL-UNNAMED",
]
PROPERTIES = [
    "hazelcast.wait.seconds.before.join=0",
    "hazelcast.heartbeat.interval.seconds=1",
    "hazelcast.max.no.heartbeat.seconds=10",
]


def skip(why):
    print(f"SKIPPED: {why}")
    sys.exit(1 if os.environ.get("CI") == "true" else SKIPPED)


def build(folder):
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            skip(f"{program} is missing; apt-get install openjdk-17-jdk-headless maven")
    command = ["mvn", "-q", "-B", "package", f"-Dsplitscope.target={folder}"]
    if subprocess.run(command + ["-o"], cwd=PROJECT, capture_output=True, check=False).returncode:
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
        if "COMPILATION ERROR" in done.stdout:
            sys.exit(done.stdout)
        if done.returncode:
            skip("Maven cannot fetch com.hazelcast:hazelcast:\n" + done.stdout[-600:])


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Member:
    """A process, and what it said so far."""

    def __init__(self, module, folder, name, port, ports):
        classes = f"{folder}/{module}/{module}-1.jar:{folder}/{module}/lib/*"
        arguments = [f"name={name}", "host=127.0.0.1", f"port={port}"]
        arguments += [f"member=127.0.0.1:{other}" for other in ports] + PROPERTIES
        self.name = name
        self.endpoint = f"127.0.0.1:{port}"
        self.events = []
        self.process = subprocess.Popen(
            ["java", "-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
             "-Djava.net.preferIPv4Stack=true", *OPENS, "-cp", classes, "splitscope.Main",
             *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            self.events.append(json.loads(line))

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def of_kind(self, kind):
        return [event for event in self.events if event["e"] == kind]

    def view(self):
        views = self.of_kind("view_changed")
        return [entry["endpoint"] for entry in views[-1]["view"]] if views else []

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


def wait_for(what, condition, seconds):
    limit = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def agree(members):
    views = [member.view() for member in members]
    expected = {member.endpoint for member in members}
    return all(view == views[0] and set(view) == expected for view in views)


def check(members, began):
    for member in members:
        wait_for(f"{member.name} starts", lambda m=member: m.of_kind("member_started"), 60)
    wait_for("the three agree", lambda: agree(members), 60)
    for member in members:
        times = [event["t"] for event in member.events]
        assert began < times[0] <= times[-1] < time.monotonic_ns(), "times are not monotonic"
    for member in members:
        member.tell("probe")
        wait_for("probes begin", lambda m=member: m.of_kind("probes_started"), 20)
    master = next(member for member in members if member.endpoint == members[0].view()[0])
    rest = [member for member in members if member is not master]
    killed = time.monotonic_ns()
    master.process.kill()
    wait_for("the survivors agree", lambda: agree(rest), 30)
    for member in rest:
        removed = [event for event in member.of_kind("member_removed") if event["t"] > killed]
        assert removed[0]["member"]["endpoint"] == master.endpoint, removed
        print(f"{member.name} removed the master after {(removed[0]['t'] - killed) / 1e6:.0f} ms")
    rest[0].tell("shutdown")
    rest[0].process.wait(30)
    assert rest[0].process.returncode == 0, rest[0].process.returncode
    wait_for("the last one is alone", lambda: agree(rest[1:]), 30)
    rest[1].process.stdin.close()
    rest[1].process.wait(30)
    assert rest[1].process.returncode == 4, rest[1].process.returncode


def main():
    module, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    build(folder)
    ports = free_ports(3)
    began = time.monotonic_ns()
    members = [Member(module, folder, f"n{i + 1}", port, ports) for i, port in enumerate(ports)]
    try:
        check(members, began)
    except AssertionError as error:
        for member in members:
            print(member.name, *member.events[-8:], sep="\n  ")
        sys.exit(f"{module}: {error}")
    finally:
        for member in members:
            member.end()
    print(f"{module}: three members formed one cluster, and the two left went on without the third")


main()
