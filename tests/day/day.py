#!/usr/bin/env python3
"""A day of a mail site with Postfix, sendmail and qmail: quiet nights, busy mornings, spam, and what went wrong.

    day.py write FOLDER           the logs of one day: postfix.log, sendmail.log, qmail.log
    day.py incidents              what can go wrong

The same --seed gives the same day.  --incident NAME[=HH:MM-HH:MM] chooses what goes wrong and when, by the clock of the day
(UTC); NAME=-40m..-5m counts from the day's end, and where a log goes on (history.py --live) NAME=-40m..30m reaches past it.
--incident none: nothing.  Line shapes were recorded from the MTAs; every line is one that the exporter knows.
"""
import argparse
import re
import sys
from pathlib import Path

from internet import INCIDENTS, Internet
from postfix_site import HOST as POSTFIX_HOST
from postfix_site import PostfixSite
from qmail_site import QmailSite
from sendmail_site import HOST as SENDMAIL_HOST
from sendmail_site import SendmailSite
from simulation import DAY, Log, Simulation, rfc3339, tai64n, traditional

MTAS = ('postfix', 'sendmail', 'qmail')
# A share of --messages for each site: the relay is the largest.
SHARES = {'postfix': 0.7, 'sendmail': 0.15, 'qmail': 0.15}


class Site:
    """One MTA's log and queues; each has a simulation of its own, so that one does not change with another's traffic."""

    def __init__(self, mta, start, seed, messages, incidents, zone):
        self.mta = self.name = mta
        self.lines = []
        self.simulation = Simulation(start, f'{seed}-{mta}', zone)
        internet = Internet(self.simulation, incidents)
        stamp = {'postfix': rfc3339(POSTFIX_HOST), 'sendmail': traditional(SENDMAIL_HOST), 'qmail': tai64n}[mta]
        kind = {'postfix': PostfixSite, 'sendmail': SendmailSite, 'qmail': QmailSite}[mta]
        self.queues = kind(self.simulation, internet, Log(self.simulation, stamp, self.lines.append), messages * SHARES[mta]).queues

    def advance(self, until):
        """What was logged up to then, as bytes."""
        self.simulation.run_until(until)
        written = b''.join(self.lines)
        self.lines.clear()
        return written


def sites(start, seed, messages, incidents, zone=0):
    return [Site(mta, start, seed, messages, incidents, zone) for mta in MTAS]


def default_incidents(start):
    return {name: (start + begin * 3600, start + end * 3600) for name, (begin, end, _) in INCIDENTS.items()}


def parse_incidents(chosen, start, now):
    """{name: (first moment, last moment)} of the values of --incident."""
    if chosen is None:
        return default_incidents(start)
    incidents = {}
    for text in chosen:
        name, _, when = text.partition('=')
        if text == 'none':
            continue
        if name not in INCIDENTS:
            raise ValueError(f'--incident {text}: one of none, {", ".join(INCIDENTS)}')
        if not when:
            incidents[name] = default_incidents(start)[name]
        elif clock := re.fullmatch(r'(\d\d):(\d\d)-(\d\d):(\d\d)', when):
            a, b, c, d = map(int, clock.groups())
            incidents[name] = (start + a * 3600 + b * 60, start + c * 3600 + d * 60)
        elif minutes := re.fullmatch(r'-(\d+)m(?:\.\.(-?\d+)m)?', when):
            before, after = minutes.groups()
            incidents[name] = (now - int(before) * 60, now + (int(after) * 60 if after else DAY))
        else:
            raise ValueError(f'--incident {text}: the time must look like 13:30-15:00 or -40m or -40m..30m')
    return incidents


def write(options):
    start = options.start // DAY * DAY
    incidents = parse_incidents(options.incident, start, start + DAY)
    for site in sites(start, options.seed, options.messages, incidents):
        with open(options.folder / f'{site.mta}.log', 'wb') as log:
            for minute in range(DAY // 60):
                log.write(site.advance(start + (minute + 1) * 60))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('command', choices=('write', 'incidents'))
    parser.add_argument('folder', nargs='?', type=Path)
    parser.add_argument('--seed', default='1')
    parser.add_argument('--messages', type=int, default=20000, help='a day, all sites together (default 20000)')
    parser.add_argument('--incident', action='append', help='may be given several times; default: all, one after the other')
    parser.add_argument('--start', type=int, default=1767571200, help='a moment of that day, seconds since 1970 (default 2026-01-05)')
    options = parser.parse_args()
    if options.command == 'incidents':
        for name, (begin, end, text) in INCIDENTS.items():
            print(f'{name:20} {int(begin):02d}:{int(begin % 1 * 60):02d}-{int(end):02d}:{int(end % 1 * 60):02d}  {text}')
        return 0
    if not options.folder or not options.folder.is_dir():
        parser.error('say an existing folder')
    try:
        write(options)
    except ValueError as error:
        parser.error(str(error))
    return 0


if __name__ == '__main__':
    sys.exit(main())
