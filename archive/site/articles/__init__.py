"""An article, its versions and what changed, what was found in it and why, how it is cited."""
