"""What can be proven of a plan from the plan alone: whether it hangs together, and what it pays for every result."""

__all__ = []
