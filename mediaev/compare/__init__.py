"""Pure mathematics on fingerprints: distance, alignment, relation, clusters, ranking."""
