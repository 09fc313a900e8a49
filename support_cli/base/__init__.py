"""What every room stands on: errors, texts, languages, files, addresses. Knows nothing of packs or requests."""
