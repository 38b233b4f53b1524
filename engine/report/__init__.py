"""A written report: its figures found, recomputed and judged."""
