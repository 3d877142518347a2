#!/usr/bin/env python3
"""What following costs in memory: RssAnon of `serve` with 50,000 messages in the queue stays under 12 MB, its state saved."""
import re
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'e2e'))
import exporter  # noqa: E402
import mail_lines  # noqa: E402

MESSAGES = 50_000
LIMIT_KILOBYTES = 12_000


def anonymous_kilobytes(pid):
    return int(re.search(r'RssAnon:\s+(\d+) kB', Path('/proc/%d/status' % pid).read_text())[1])


class FollowingMemory(unittest.TestCase):

    def test_fifty_thousand_messages_in_the_queue(self):
        with tempfile.TemporaryDirectory() as folder:
            log = Path(folder) / 'mail.log'
            log.touch()
            with exporter.Serving('--from-beginning', log, state=Path(folder) / 'state') as serving:
                idle = anonymous_kilobytes(serving.process.pid)
                with open(log, 'a', encoding='utf-8') as out:
                    for number in range(MESSAGES):
                        out.write(mail_lines.queued(number))
                        if number % 10 == 0:
                            out.write(mail_lines.delivery(number, 'deferred'))
                figures = serving.wait_for('mta_messages_in_flight', MESSAGES)
                used = anonymous_kilobytes(serving.process.pid)
                print('RssAnon: %d kB idle, %d kB with %d messages in the queue' %
                      (idle, used, figures.sum('mta_messages_in_flight')), flush=True)
                self.assertEqual(0, figures.sum('mta_exporter_tracked_messages_evicted_total'))
                self.assertLess(used, LIMIT_KILOBYTES)


if __name__ == '__main__':
    exporter.main()
