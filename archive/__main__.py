"""python -m archive: the same as union-archive, for processes that start it by the Python they run in."""

from archive.cli import main

main(prog_name="union-archive")
