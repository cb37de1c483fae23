"""The sources: lists of all, of a province's, of those that fare alike, with how each of them fares."""
