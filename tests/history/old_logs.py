"""Mail logs of some time ago, as their writers left them: rotated, compressed from the second on.

The time lies within the last year of this machine's clock, because stamps without a year are read that way.
"""
import bz2
import gzip
import os
import random
import time
from pathlib import Path

import day

STEP = 60
DAY = 86400
PACKERS = ((bz2.compress, '.bz2'), (gzip.compress, '.gz'))


def days_ago(days):
    """The midnight (UTC) that many days before the last one."""
    return int(time.time()) // DAY * DAY - days * DAY


class Log:
    """What one MTA wrote, minute by minute."""

    def __init__(self, site, start, seconds):
        self.name, self.source, self.start = site.name + '.log', site.name, start
        self.minutes = [site.advance(start + (at + 1) * STEP) for at in range(seconds // STEP)]

    def until(self, moment):
        """All that was written before then."""
        return b''.join(self.minutes[:(moment - self.start) // STEP])

    def rotate(self, folder, every):
        """The log as files of `every` seconds each; their paths."""
        files = []
        parts = [self.minutes[at:at + every // STEP] for at in range(0, len(self.minutes), every // STEP)]
        for number, lines in enumerate(reversed(parts)):
            pack, suffix = PACKERS[number % 2] if number > 1 else (bytes, '')
            path = Path(folder) / (self.name + (f'.{number}' if number else '') + suffix)
            path.write_bytes(pack(b''.join(lines)))
            written = self.start + min((len(parts) - number) * every, len(self.minutes) * STEP)
            os.utime(path, (written, written))
            files.append(path)
        return files


def generate(start, seconds, messages):
    """[Log] of the three sites with so many messages a day; what can go wrong goes wrong by turns, on one day or another."""
    midnight, days = start // DAY * DAY, max(1, seconds // DAY)
    incidents = {name: tuple(midnight + number % days * DAY + hour * 3600 for hour in hours[:2])
                 for number, (name, hours) in enumerate(day.INCIDENTS.items())}
    return [Log(site, start, seconds) for site in day.sites(start, '1', messages, incidents)]


def in_any_order(files):
    files = list(files)
    random.Random(5).shuffle(files)
    return files
