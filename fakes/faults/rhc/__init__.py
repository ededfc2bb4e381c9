"""Wrong ways to be rhc, by what goes wrong."""
