"""Wrong ways to be Cloud Connector."""
