"""What the kit needs of a machine and a configuration, and whether it is there."""
