"""What a reader types → words, filters, a plan, its rows, its counts: the search of the published file."""
