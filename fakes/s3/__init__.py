"""The S3 stand-in: moto's store behind a guard that verifies what moto does not."""

VERSION = "0.1.0"
