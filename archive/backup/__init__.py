"""A data folder's backup in a folder of its own, and the way back: made whole or not at all, checked by hashes."""

from archive.backup.fill import Restored as Restored
from archive.backup.fill import restore as restore
from archive.backup.make import Made as Made
from archive.backup.make import backup as backup
