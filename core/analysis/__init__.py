"""Ways of looking: `declare` says what an analysis is, `methods` holds one file each."""
