"""What a Prometheus would have scraped while the logs were written: the real `serve` follows logs that grow minute by minute of
their own time and are rotated, and after each minute its /metrics is kept, with the stamp of that minute.

A week has ten thousand scrapes, and serve looks at its logs ten times a second: so the time is cut into shifts, each with an exporter
of its own that first reads all that was written before.
"""
import concurrent.futures
import re
from pathlib import Path

import exporter
from old_logs import STEP

TARGET = b'job="mta",instance="mx:9025"'
BYTES = re.compile(rb'^mta_exporter_log_bytes_total\{.*\} (\S+)$', re.M)
SAMPLE = re.compile(rb'^([a-z_]+)(?:\{(.*)\})? (\S+)$', re.M)
COMMENT = re.compile(rb'^#.*\n', re.M)
STARTED = re.compile(rb'^process_start_time_seconds .*$', re.M)
SHIFTS_AT_ONCE = 8


def stamped(body, started, moment):
    """A page of /metrics as samples of OpenMetrics with the target's labels, and what Prometheus adds to each scrape.  The process
    was started when its logs say, not now."""
    body = STARTED.sub(b'process_start_time_seconds %d' % started, COMMENT.sub(b'', body))
    samples = SAMPLE.sub(lambda found: b'%b{%b%b} %b %d' % (found[1], found[2] + b',' if found[2] else b'', TARGET, found[3], moment), body)
    return samples + b'up{%b} 1 %d\nscrape_duration_seconds{%b} 0.004 %d\n' % (TARGET, moment, TARGET, moment)


class Shift:
    """An exporter that is scraped from `begin` to `end`; `started` is when it began to count."""

    def __init__(self, logs, folder, started, begin, end, rotated_every):
        self.logs, self.folder, self.started, self.begin, self.end, self.rotated_every = logs, Path(folder), started, begin, end, rotated_every
        self.samples = self.folder / 'live.om'
        self.paths = [self.folder / log.name for log in logs]
        self.counted = 0

    def work(self):
        """The file with the samples."""
        self.folder.mkdir()
        for path, log in zip(self.paths, self.logs):
            path.write_bytes(log.until(self.begin))
        from_beginning = ['--from-beginning'] if self.started < self.begin else []
        self.counted = sum(path.stat().st_size for path in self.paths) if from_beginning else 0
        with exporter.Serving(*from_beginning, *self.paths) as server, open(self.samples, 'wb') as samples:
            for moment in range(self.begin, self.end, STEP):
                self.write(moment)
                samples.write(stamped(self.page(server), self.started, moment + STEP))
            samples.write(b'# EOF\n')
        return self.samples

    def write(self, moment):
        """What the logs get in this minute; before it, now and then, they are rotated."""
        if moment > self.begin and (moment - self.logs[0].start) % self.rotated_every == 0:
            for path in self.paths:
                path.rename(f'{path}.1')
        for path, log in zip(self.paths, self.logs):
            lines = log.minutes[(moment - log.start) // STEP]
            self.counted += len(lines)
            with open(path, 'ab') as file:
                file.write(lines)

    def page(self, server):
        """/metrics, once it holds all that was written."""
        page = b''

        def is_read():
            nonlocal page
            page = server.get('/metrics')[2]
            return sum(map(float, BYTES.findall(page))) == self.counted
        exporter.wait_until(is_read, f'all {self.counted} bytes are counted')
        return page


def scraped(logs, folder, start, end, rotated_every):
    """Files with the samples of all scrapes from start to end, each of its own part of the time."""
    count = max(1, min(SHIFTS_AT_ONCE, (end - start) // 7200))
    cuts = [start + (end - start) * at // count // STEP * STEP for at in range(count)] + [end]
    # The first one starts with the logs and counts from their first line, as the others do.
    shifts = [Shift(logs, Path(folder) / f'shift{at}', start - 1, cuts[at], cuts[at + 1], rotated_every) for at in range(count)]
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return list(pool.map(Shift.work, shifts))
