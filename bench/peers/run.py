#!/usr/bin/env python3
"""Runs the rivals that are installed on the work of bench/bare/SPEC.md.

Builds their drivers into --out, writes one JSON object a line to stdout: a measurement
{"name", "variant", "nodes", "seconds", "ns"}, or a rival that is left out {"missing", "why"}.
Never run by the tests. Start reading at RIVALS.
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
TIME_LIMIT = 600  # seconds, of one build or run


class Missing(Exception):
    """The rival cannot be measured here; the words say what would help."""


def need(program, hint):
    if shutil.which(program) is None:
        raise Missing(f"not installed: {hint}")


def call(command, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, **options)
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["no word why"]
        raise Missing(f"{command[0]} failed: {lines[-1]}")
    return done.stdout


def build_ns3(out):
    if not pathlib.Path("/usr/include/ns3/core-module.h").exists():
        raise Missing("not installed: apt install libns3-dev")
    call(["g++", "-std=c++17", "-O2", "-fno-omit-frame-pointer", "-w", f"-I{ROOT}",
          str(HERE / "ns3.cpp"), "-o", str(out / "ns3"),
          "-lns3-core", "-lns3-network", "-lns3-internet"])
    return [str(out / "ns3")]


def build_with_cargo(name, flags):
    def build(out):
        need("cargo", "a Rust toolchain with cargo")
        call(["cargo", "build", "--release", "--quiet", "--target-dir", str(out / name)],
             cwd=HERE / name, env={**os.environ, "RUSTFLAGS": flags})
        return [str(out / name / "release" / f"hb_{name}")]
    return build


def build_synctest(out):
    need("go", "Go 1.25 or later")
    call(["go", "test", "-c", "-o", str(out / "synctest"), "."], cwd=HERE / "go")
    return [str(out / "synctest")]


def find_simpy(_out):
    try:
        call([sys.executable, "-c", "import simpy"])
    except Missing as missing:
        raise Missing("not installed: pip install simpy") from missing
    return [sys.executable, str(HERE / "simpy_driver.py")]


MESH = ("mesh", 100, 20)
GOSSIP = ("gossip", 1000, 20)
SHORT_MESH = ("mesh", 100, 5)
# Name, what makes the driver ready, its mode, the work. Turmoil needs seconds of CPU for each
# simulated second of a hundred nodes, and cannot do a thousand.
RIVALS = [
    ("ns3_raw", build_ns3, "raw", [MESH, GOSSIP]),
    ("ns3_udp", build_ns3, "udp", [MESH, GOSSIP]),
    ("madsim", build_with_cargo("madsim", "--cfg madsim"), "default", [MESH, GOSSIP]),
    ("turmoil", build_with_cargo("turmoil", ""), "default", [SHORT_MESH]),
    ("synctest", build_synctest, "default", [MESH, GOSSIP]),
    ("simpy", find_simpy, "callback", [MESH, GOSSIP]),
]


def measure(driver, mode, variant, nodes, seconds):
    # The Go driver is a test program and takes its arguments from the environment.
    environment = {**os.environ, "HB_N": str(nodes), "HB_T": str(seconds), "HB_VARIANT": variant}
    arguments = ["-test.v"] if driver[-1].endswith("synctest") else [
        "--mode", mode, "--variant", variant, "--n", str(nodes), "--t", str(seconds)]
    output = call(driver + arguments, env=environment)
    result = json.loads(next(line for line in output.splitlines() if line.startswith("{")))
    return result["cpu_run"] * 1e9 / result["events"]


def run(out, rounds):
    for name, build, mode, works in RIVALS:
        try:
            driver = build(out)
            for variant, nodes, seconds in works:
                ns = min(measure(driver, mode, variant, nodes, seconds) for _ in range(rounds))
                yield {"name": f"peer_{name}_{variant}_{nodes}", "variant": variant,
                       "nodes": nodes, "seconds": seconds, "ns": ns}
        except (Missing, subprocess.TimeoutExpired) as problem:
            yield {"missing": name, "why": str(problem)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, required=True, help="where drivers are built")
    parser.add_argument("--rounds", type=int, default=3, help="the least of so many is taken")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for row in run(arguments.out.resolve(), arguments.rounds):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
