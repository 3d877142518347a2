#!/usr/bin/env python3
"""Killed again and again while three logs are written and rotated: nothing is lost, nothing counted twice, and nobody
who scrapes ever sees a counter step back.

    MTA_KILLS=200   so many SIGKILLs (default 20; 200 with MTA_FULL=1)      MTA_KILL_SEED=n   the same again
"""
import os
import random
import re
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path

import exporter
from exposition import Exposition
from rotated_logs import PostfixLog, QmailLog, SendmailLog

KILLS = int(os.environ.get('MTA_KILLS') or (200 if os.environ.get('MTA_FULL') else 20))
SEED = int(os.environ.get('MTA_KILL_SEED') or random.SystemRandom().randrange(1 << 32))
LINES = 'mta_exporter_log_lines_total'
# Counters and what behaves like them.  The process's own begin with the process.
RISING = re.compile(r'mta_.*(_total|_bucket|_count)$')


class Writer(threading.Thread):
    """Writes and rotates until told to end."""

    def __init__(self, logs, scraper):
        super().__init__(daemon=True)
        self.logs, self.scraper, self.ending, self.error = logs, scraper, threading.Event(), None

    def run(self):
        try:
            while not self.ending.wait(0.01):
                for log in self.logs:
                    log.write_some()
                    if log.random.random() < 0.3:
                        log.rotate()
                    log.clean_up(self.scraper.lines(log.source))
        except Exception as error:
            self.error = error

    def end(self):
        self.ending.set()
        self.join()
        for log in self.logs:
            log.file.close()
        if self.error:
            raise self.error


class Scraper(threading.Thread):
    """Scrapes all the time, and compares each scrape with the one before."""

    def __init__(self, serving):
        super().__init__(daemon=True)
        self.serving, self.ending, self.scrapes, self.steps_back = serving, threading.Event(), 0, []
        self.last, self.seen, self.grown = None, {}, threading.Event()

    def run(self):
        while not self.ending.wait(0.004):
            try:
                status, _, body = self.serving.get('/metrics')
            except OSError:
                continue  # it was just killed
            except Exception:  # half an answer
                continue
            if status == 200:
                self.compare(Exposition(body.decode()))

    def compare(self, figures):
        self.scrapes += 1
        now = {(name, frozenset(labels.items())): value for name, series in figures.samples.items() if RISING.match(name)
               for labels, value in series}
        for series, before in self.seen.items():
            if now.get(series, -1) < before:
                self.steps_back.append('%s: %g, then %s' % (series, before, now.get(series)))
        if now != self.seen:
            self.grown.set()
        self.seen = now
        self.last = figures

    def lines(self, source):
        return self.last.sum(LINES, source=source) if self.last else 0

    def end(self):
        self.ending.set()
        self.join()


class Killed(unittest.TestCase):

    def test_exact_after_kills(self):
        print('seed %d, %d kills' % (SEED, KILLS), flush=True)
        chance = random.Random(SEED)
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            for name in ('postfix', 'sendmail', 'qmail'):
                (folder / name).mkdir()
            logs = [PostfixLog(folder / 'postfix' / 'mx1.log', 'mx1', chance), SendmailLog(folder / 'sendmail' / 'mx2.log', 'mx2', chance),
                    QmailLog(folder / 'qmail' / 'current', 'qmail', chance)]
            serving = exporter.Serving('--from-beginning', logs[0].path, logs[1].path, logs[2].path.parent, state=folder / 'state')
            scraper = Scraper(serving)
            writer = Writer(logs, scraper)
            with serving:
                scraper.start()
                writer.start()
                self.kill_often(serving, scraper, chance)
                exporter.wait_until(lambda: writer.error or min(log.rotations for log in logs) > 0, 'every log was rotated')
                writer.end()
                self.settle(serving, logs)
                scraper.end()
                self.check(serving, scraper, logs)
                began = time.monotonic()
                self.assertEqual(0, serving.stop())
                print('ended in %.2f s' % (time.monotonic() - began))

    def kill_often(self, serving, scraper, chance):
        for _ in range(KILLS):
            if chance.random() < 0.5:  # at any moment
                time.sleep(chance.choice((0.02, 0.1, 0.3, 1.2)) * chance.random())
            else:  # as soon as something new was scraped: it must be durable by then
                scraper.grown.clear()
                scraper.grown.wait(2)
            self.assertIsNone(serving.process.poll(), 'it ended by itself')
            serving.kill()
            if chance.random() < 0.2:
                time.sleep(chance.random() * 0.5)  # down for a while: rotated, compressed meanwhile
            serving.start()

    def settle(self, serving, logs):
        exporter.wait_until(lambda: self.answers(serving), 'the exporter answers')
        for log in logs:
            serving.wait_for('mta_exporter_log_bytes_total', log.bytes, source=log.source)

    @staticmethod
    def answers(serving):
        try:
            return serving.get('/-/ready')[0] == 200
        except OSError:
            return False

    def check(self, serving, scraper, logs):
        figures = serving.scrape()
        print('%d scrapes, %d lines, %d rotations' %
              (scraper.scrapes, sum(log.lines for log in logs), sum(log.rotations for log in logs)), flush=True)
        for log in logs:
            self.assertEqual([], figures.differences(log.all_expected()), log.source)
        self.assertEqual([], scraper.steps_back[:5])
        self.assertGreater(scraper.scrapes, KILLS / 4)


if __name__ == '__main__':
    if len(sys.argv) > 1 and sys.argv[1].isdigit():
        KILLS = int(sys.argv.pop(1))
    exporter.main()
