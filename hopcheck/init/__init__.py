"""``hopcheck init``: what a component's repository needs to be tested by the kit."""
