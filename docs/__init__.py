"""What readers read, and what keeps it true: `python -m docs.generate` writes every generated part anew."""
