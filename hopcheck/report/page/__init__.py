"""What the report's page is made of: parts that need no scripts, and data and scripts that bring it to life."""
