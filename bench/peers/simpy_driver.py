#!/usr/bin/env python3
"""SimPy on the work of bench/bare/SPEC.md: callbacks on timeouts, its fastest way."""
import argparse
import json
import random
import time

import simpy

MASK = (1 << 64) - 1


def mix(value):
    value = (value + 0x9E3779B97F4A7C15) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def phase(node, kind, range_us):
    draw = mix((mix((0x9E3779B97F4A7C15 + node) & MASK) + kind) & MASK)
    return (10_000 + draw % range_us) * 1e-6


class Mesh:
    def __init__(self, nodes, gossip):
        self.world = simpy.Environment()
        self.nodes, self.gossip = nodes, gossip
        self.random = random.Random(1)
        self.last = [{} for _ in range(nodes)]
        self.events = self.silent = 0
        for node in range(nodes):
            self.world.process(self.heartbeats(node))
            self.world.process(self.checks(node))

    def deliver(self, event):
        peer, message = event.value
        self.events += 1
        sender = message[0]
        self.last[peer][sender & 31 if self.gossip else sender] = self.world.now

    def heartbeats(self, node):
        yield self.world.timeout(phase(node, 1, 4_980_000))
        sent = 0
        while True:
            self.events += 1
            message = (node, sent, bytes(56))
            sent += 1
            for i in range(8 if self.gossip else self.nodes - 1):
                peer = self.random.randrange(self.nodes - 1) if self.gossip else i
                if peer >= node:
                    peer += 1
                delay = 0.0005 + self.random.random() * 0.001
                self.world.timeout(delay, (peer, message)).callbacks.append(self.deliver)
            yield self.world.timeout(5)

    def checks(self, node):
        yield self.world.timeout(phase(node, 2, 980_000))
        while True:
            self.events += 1
            limit = self.world.now - 15
            self.silent += sum(1 for last in self.last[node].values() if last < limit)
            yield self.world.timeout(1)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--n", type=int, required=True)
    parser.add_argument("--t", type=int, required=True)
    parser.add_argument("--variant", choices=["mesh", "gossip"], required=True)
    parser.add_argument("--mode", default="callback")
    arguments = parser.parse_args()
    mesh = Mesh(arguments.n, arguments.variant == "gossip")
    before = time.process_time()
    mesh.world.run(until=arguments.t)
    print(json.dumps({"cpu_run": time.process_time() - before, "events": mesh.events}))


if __name__ == "__main__":
    main()
