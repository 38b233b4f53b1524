"""Rulebooks as data. This module only says where the folder is."""

from pathlib import Path

RULES_ROOT = Path(__file__).resolve().parent
"""The rules root that is used when a command names none."""
