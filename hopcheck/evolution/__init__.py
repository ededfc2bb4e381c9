"""How contracts change: what is different between two versions, whom it breaks, and a message or run that shows it."""
