"""Ratios against the best peer on the same machine: `python -m benchmarks`, or `make bench`."""
