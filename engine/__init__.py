"""What is true: rulebooks, formulas, figures and gaps. Knows no solver, web or database."""
