"""How every rival written in Python is timed: CPU time of the process, median of the runs."""

import json
import statistics
import sys
import time

RUNS = 5


def seconds(operation, budget):
    """Median CPU seconds of one call, over runs of `budget` seconds each."""
    operation()
    calls, results = 1, []
    while len(results) < RUNS:
        start = time.process_time()
        for _ in range(calls):
            operation()
        spent = time.process_time() - start
        if spent >= budget / 2:
            results.append(spent / calls)
        else:
            calls = max(calls + 1, int(calls * budget / max(spent, 1e-4)))
    return statistics.median(results)


def report(name, operations):
    """Time a dictionary of operations and print it for run.py; the budget is the first argument."""
    budget = float(sys.argv[1]) if len(sys.argv) > 1 else 0.25
    figures = {what: seconds(operation, budget) for what, operation in operations.items()}
    print(json.dumps({"name": name, "seconds": figures}))
