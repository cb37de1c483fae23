"""Every word people read on the pages, from messages.yml: one row a message, one column a language."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from archive.yaml_file import parse_yaml

LANGUAGE, ENGLISH = "vi", "en"
LANGUAGES = (LANGUAGE, ENGLISH)


@cache
def messages() -> Mapping[str, Mapping[str, str]]:
    """The catalogue: key → language → text."""
    catalogue: dict[str, dict[str, str]] = parse_yaml(files("archive.site").joinpath("messages.yml").read_text("utf-8"))
    return catalogue


def say(key: str, language: str = LANGUAGE, /, **values: object) -> str:
    """The message of a key with its values put in. Plain text: whoever puts it into HTML escapes it."""
    return messages()[key][language].format(**values)
