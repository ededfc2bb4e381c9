"""Whether somebody's component keeps every rule that binds its role: what is played, judged and attested."""
