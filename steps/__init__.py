"""The words that QA may use, one module per participant."""
