"""One module a family (publishing system): how to walk it. A hand-written spider may stand beside them."""
