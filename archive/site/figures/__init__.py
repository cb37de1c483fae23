"""Every figure with its sentence: which are asked for, their rows, their page and files."""
