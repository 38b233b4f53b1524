"""A report written from a rulebook: templates, figures, and the blocks that they make."""
