#!/usr/bin/env python3
"""A simulated day as the samples a Prometheus would have of it: what the exporter says of each log, minute by minute.

    history.py FOLDER     the logs of day.py and, below FOLDER/data, TSDB blocks of what the exporter counts in them

Each log grows by one step of time and is scanned from its beginning by the real exporter (MTA_EXPORTER); the figures get the stamp of that
moment and the target labels that the scrape would give.  With --invented come series that are not read from logs: the queues (from the simulated
site's own books) and the exporter's health (a process that is well, but may not read one log for a while every morning).  They are there so that
panels which show them can be looked at.

With --live the logs go on in real time afterwards, until killed; FOLDER/ready says that the past is written.
"""
import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

import day

BLOCK = 7200  # seconds in a block: promtool reads its input once for each, so each gets a file of its own
UNREADABLE = ('postfix', 7.5 * 3600, 8.3 * 3600)  # its rotation left a file that only root may read, until somebody noticed


def scanned(exporter, site, log):
    """[(name, labels, value)] as texts."""
    done = subprocess.run([exporter, 'scan', f'--source={site.name}', log], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=True)
    samples = []
    for line in done.stdout.decode().splitlines():
        if line.startswith('#'):
            continue
        series, _, value = line.rpartition(' ')
        name, _, labels = series.partition('{')
        samples.append((name, labels[:-1], value))
    return samples


def invented_queues(site, now):
    labels = f'mta="{site.mta}",source="{site.name}"'
    for queue, messages, size, oldest in site.queues.figures():
        yield 'mta_queue_messages', f'{labels},queue="{queue}"', messages
        yield 'mta_queue_bytes', f'{labels},queue="{queue}"', size
        if oldest:
            yield 'mta_queue_oldest_message_timestamp_seconds', f'{labels},queue="{queue}"', oldest
    yield 'mta_queue_scan_success', labels, 1
    yield 'mta_queue_scan_duration_seconds', labels, 0.004
    yield 'mta_queue_scan_timestamp_seconds', labels, now - 5


def unreadable(source, now):
    name, begin, end = UNREADABLE
    return source == name and begin <= now % day.DAY < end


def invented_health(now, start, unread):
    """Of a process; `unread` has the bytes of each log that it has yet to read."""
    for mta in day.MTAS:
        yield 'mta_exporter_log_lag_bytes', f'source="{mta}"', unread.get(mta, 0)
        yield 'mta_exporter_log_lost_bytes_total', f'source="{mta}"', 0
        yield 'mta_exporter_source_up', f'source="{mta}"', int(not unreadable(mta, now))
        yield 'mta_exporter_source_warning', f'source="{mta}",warning="permission"', int(unreadable(mta, now))
        yield 'mta_exporter_input_dropped_total', f'source="{mta}",cause="overflow"', 0
        for kind in ('renamed', 'truncated', 'replaced'):
            yield 'mta_exporter_log_rotations_total', f'source="{mta}",kind="{kind}"', int(kind == 'renamed' and (now - UNREADABLE[1]) // day.DAY - (start - UNREADABLE[1]) // day.DAY)
    yield 'mta_exporter_state_saves_total', 'result="success"', int((now - start) / 1.3)
    yield 'mta_exporter_state_saves_total', 'result="failure"', 0
    yield 'mta_exporter_state_save_timestamp_seconds', '', now - 1
    yield 'mta_exporter_config_last_reload_successful', '', 1
    yield 'mta_exporter_config_last_reload_success_timestamp_seconds', '', start
    yield 'mta_exporter_scrape_duration_seconds', '', 0.0021
    yield 'mta_exporter_build_info', 'version="0.1.0",revision="simulated",compiler="none"', 1
    yield 'process_resident_memory_bytes', '', 14_500_000
    yield 'process_cpu_seconds_total', '', round((now - start) * 0.0009, 2)
    yield 'process_open_fds', '', 19
    yield 'process_max_fds', '', 1024
    yield 'process_start_time_seconds', '', start


INVENTED = {name for name, _, _ in invented_health(0, 0, {})}


class Blocks:
    """OpenMetrics with stamps, made into TSDB blocks below `data`."""

    def __init__(self, promtool, data, target):
        self.promtool, self.data, self.target = promtool, data, target
        self._file = self._block = None
        (data / 'wal').mkdir(parents=True, exist_ok=True)  # Prometheus opens no folder without one

    def add(self, samples, now):
        if now // BLOCK != self._block:
            self.finish()
            self._block = now // BLOCK
            self._file = open(self.data / 'samples.om', 'w', encoding='utf-8')
        self._file.writelines(f'{name}{{{labels}{"," if labels else ""}{self.target}}} {value} {now}\n' for name, labels, value in samples)

    def finish(self):
        if self._file:
            self._file.write('# EOF\n')
            self._file.close()
            subprocess.run([self.promtool, 'tsdb', 'create-blocks-from', 'openmetrics', self._file.name, self.data], check=True,
                           stdout=subprocess.DEVNULL, env=dict(os.environ, GOMAXPROCS='2'))
            os.remove(self._file.name)
            self._file = None


def write(exporter, promtool, folder, sites, start, end, step, target='job="mta",instance="mx1.example.org:9025"', invented=False):
    """Lets the sites run from start to end; their logs are below folder afterwards, what was counted in folder/data.

    A site is a day.Site, or anything that has its name, mta and queues and gives bytes from advance(moment).
    """
    blocks = Blocks(promtool, folder / 'data', target)
    logs = {site: folder / f'{site.name}.log' for site in sites}
    seen = {}  # of each log: what was counted when it was last read, and how long it was
    now = start
    while now < end:
        now = min(now + step, end)
        # What stands once for a whole exporter comes from three scans here.
        together, samples = {}, []
        for site in sites:
            with open(logs[site], 'ab') as log:
                log.write(site.advance(now))
            if site.name not in seen or not (invented and unreadable(site.name, now)):
                seen[site.name] = scanned(exporter, site, logs[site]), logs[site].stat().st_size
            for name, labels, value in seen[site.name][0]:
                if 'source=' not in labels:
                    together[name, labels] = together.get((name, labels), 0) + float(value)
                elif not (invented and name in INVENTED):
                    samples.append((name, labels, value))
            if invented and site.queues:
                samples += invented_queues(site, now)
        samples += [(name, labels, value) for (name, labels), value in together.items() if not (invented and name in INVENTED)]
        if invented:
            samples += invented_health(now, start, {site.name: logs[site].stat().st_size - seen[site.name][1] for site in sites})
            samples += [('up', '', 1), ('scrape_duration_seconds', '', 0.004), ('scrape_samples_scraped', '', len(samples))]
        blocks.add(samples, int(now))
    blocks.finish()


def zone_of_busy_hours(now):
    """Somebody who looks on should see something at any time: it is two in the afternoon."""
    return 14 * 3600 - now % day.DAY


def go_on(folder, sites):
    """Appends to the logs in real time, for ever: a line is written within a tenth of a second of its stamp."""
    logs = {site: open(folder / f'{site.name}.log', 'ab', buffering=0) for site in sites}
    while True:
        for site in sites:
            if lines := site.advance(time.time()):
                logs[site].write(lines)
        time.sleep(0.1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder', type=Path)
    parser.add_argument('--promtool', default='promtool')
    parser.add_argument('--hours', type=float, default=24)
    parser.add_argument('--end', type=float, default=time.time(), help='seconds since 1970; default: now')
    parser.add_argument('--step', type=int, default=60, help='seconds between two samples (default 60)')
    parser.add_argument('--seed', default='1')
    parser.add_argument('--messages', type=int, default=20000)
    parser.add_argument('--incident', action='append', help='as for day.py, by the clock of the first day')
    parser.add_argument('--target', default='job="mta",instance="mx1.example.org:9025"', help='target labels')
    parser.add_argument('--invented', action='store_true', help='also queues and health')
    parser.add_argument('--live', action='store_true', help='then go on')
    options = parser.parse_args()
    start = options.end - options.hours * 3600
    zone = zone_of_busy_hours(options.end) if options.live else 0
    try:
        incidents = day.parse_incidents(options.incident, start // day.DAY * day.DAY, options.end)
    except ValueError as error:
        parser.error(str(error))
    sites = day.sites(start, options.seed, options.messages, incidents, zone)
    write(os.environ['MTA_EXPORTER'], options.promtool, options.folder, sites, start, options.end, options.step, options.target, options.invented)
    if options.live:
        (options.folder / 'ready').touch()
        go_on(options.folder, sites)
    return 0


if __name__ == '__main__':
    sys.exit(main())
