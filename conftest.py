"""Makes features collectable by plain pytest; everything else is in hopcheck.plugin."""

pytest_plugins = ["hopcheck.plugin"]
