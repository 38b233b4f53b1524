"""What could be: allocations of targets over units and periods."""
