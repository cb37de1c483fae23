"""What a person is told when something is wrong: the thing, the cause and the cure, in one line."""


class ArchiveError(Exception):
    """An error whose text names the thing, the cause and the cure; the commands print it and end with status 1."""

    def __init__(self, thing: object, cause: str, cure: str):
        super().__init__(f"{thing}: {cause}; {cure}")


class DamagedError(ArchiveError):
    """Stored bytes that are not what was stored: what they are of is passed over and named, the rest goes on."""


class PurgedError(DamagedError):
    """Stored bytes that were erased on request: nothing is wrong, and nothing brings them back."""
