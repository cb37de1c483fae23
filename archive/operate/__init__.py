"""What a timer starts: the whole way from the sites to a new publication, its report, and whom it tells."""
