"""What a component does otherwise than the kit's stand-in: the same items, modulo identifiers and times."""
