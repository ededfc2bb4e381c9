"""The Ingress stand-in: takes uploads, stages them in S3, announces them on Kafka."""

VERSION = "0.1.0"
