"""Documents from outside: their text with places, and a Word copy with what was found as comments."""
