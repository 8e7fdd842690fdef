#!/usr/bin/env python3
"""Condenses a summary of recordings to recorded.csv: make_recorded.py SUMMARY.csv > recorded.csv

One line a scenario, version and metric: the values of all repetitions and nodes, in their order.
Node names leave the metric's name, except where the outcome is who removed whom.
"""
import csv
import re
import sys

# What the scripts do not measure: figures about data, log lines, and the machine.
SKIPPED = re.compile(
    r"(.*\.)?(probe_.*|entries_.*|partitions_.*|migrations_.*|conflict_value|max_stall_ms"
    r"|first_view_ms.*|warnings.*|n4_start_error|first_ok_after_heal_ms.*|error)"
)


def metric_of(name):
    name = re.sub(r"\.(n\d+)(?=\.of_)", "", name)
    return re.sub(r"\.of_n\d+$|\.n\d+$", "", name)


def who_removed_whom(runs):
    """removes.X.of_Y of the scenarios that count removals instead of waiting for them."""
    for (scenario, version, repetition), metrics in runs.items():
        if "merging_during.n1" not in metrics:
            continue
        nodes = sorted(m.split(".")[1] for m in metrics if m.startswith("merging_during."))
        for x in nodes:
            for y in nodes:
                if x != y:
                    removed = f"removed_ms.{x}.of_{y}" in metrics
                    yield scenario, version, f"removes.{x}.of_{y}", str(removed).lower()


def main():
    rows = [r for r in csv.DictReader(open(sys.argv[1]))]
    values, runs = {}, {}
    for row in rows:
        run = (row["scenario"], row["version"], row["repetition"])
        runs.setdefault(run, {})[row["metric"]] = row["value"]
        if SKIPPED.fullmatch(row["metric"]):
            continue
        value = row["value"]
        if value in ("True", "False"):
            value = value.lower()
        key = (row["scenario"], row["version"], metric_of(row["metric"]))
        values.setdefault(key, []).append(value)
    for scenario, version, metric, value in who_removed_whom(runs):
        values.setdefault((scenario, version, metric), []).append(value)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["scenario", "version", "metric", "values"])
    for (scenario, version, metric), found in sorted(values.items()):
        out.writerow([scenario, version, metric, " ; ".join(found)])


main()
