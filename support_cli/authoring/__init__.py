"""What the author of a pack runs: init, check, test, preview, schema, extract, release."""
