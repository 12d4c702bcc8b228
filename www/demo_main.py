"""The demo program in a terminal: its table, and exit code 1 where the answers differ.

`npm start -- --once` runs it.
"""

from __future__ import annotations

import sys
from typing import Any

from demo import runner


def main() -> int:
    print(", ".join(f"{name} {value}" for name, value in runner.environment().items()), flush=True)
    times: dict[str, float] = {}
    rows = [("task", "plain Python s", "NumPy s", "ferrodide s", "speedup", "answers agree")]

    def report(event: dict[str, Any]) -> None:
        if event["event"] == "task":
            times.clear()
            print(f"{event['title']}: {event['size']} ...", flush=True)
        elif event["event"] == "result":
            times[event["way"]] = event["seconds"]
        elif event["event"] == "answers":
            ours = times["ferrodide"]
            speedup = f"{times['python'] / ours:.0f}x and {times['numpy'] / ours:.1f}x"
            agree = "yes" if event["agree"] else f"no, {event['differ']} differ"
            rows.append((event["task"], *(f"{t:.3f}" for t in times.values()), speedup, agree))
            print(f"  {event['summary']}", flush=True)

    agreed = runner.run(report, quick="--quick" in sys.argv[1:])
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    if not agreed:
        print("The answers differ: see the last column.", file=sys.stderr)
    return 0 if agreed else 1


if __name__ == "__main__":
    sys.exit(main())
