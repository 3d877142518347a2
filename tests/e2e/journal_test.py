#!/usr/bin/env python3
"""The systemd journal as an input: what is chosen of it, restarts, rotation, vacuum, kills.

    MTA_JOURNAL_KILLS=50   so many SIGKILLs (default 8)
"""
import os
import random
import signal
import tempfile
import threading
import time
import unittest
from pathlib import Path

import exporter
import mail_lines
from journal_files import JournalFile, mail
from kill_test import Scraper

ATTEMPTS = 'mta_delivery_attempts_total'
LINES = 'mta_exporter_log_lines_total'
DROPPED = 'mta_exporter_input_dropped_total'
KILLS = int(os.environ.get('MTA_JOURNAL_KILLS') or 8)


def deliveries(numbers, **fields):
    return [mail(mail_lines.delivery(number).rstrip('\n').split(': ', 1)[1], **fields) for number in numbers]


class Journal(unittest.TestCase):

    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def file(self, name='system.journal'):
        file = JournalFile(self.folder / 'journal' / name)
        self.addCleanup(file.close)
        return file

    def configure(self, journal='', source=''):
        config = self.folder / 'mta_exporter.yml'
        config.write_text('sources: [{name: j, journal: {directory: %s/journal%s}%s}]\n' % (self.folder, journal, source))
        return exporter.Serving('--config.file', config, state=self.folder / 'state')

    def serve(self, *arguments):
        return self.enterContext(self.configure(*arguments))

    def test_records_of_facility_mail_from_the_end_as_they_come(self):
        file = self.file()
        file.write(*deliveries(range(5)))
        serving = self.serve()
        file.write(*deliveries(range(10, 13), SYSLOG_FACILITY='3'))
        file.write(*deliveries(range(20, 27)))
        figures = serving.wait_for(ATTEMPTS, 7, source='j', transport='smtp')
        self.assertEqual(7, figures.sum(LINES, source='j'))
        self.assertEqual(1, figures.sum('mta_exporter_source_up', source='j'))
        self.assertEqual(0, figures.sum(DROPPED, source='j'))

    def test_ready_at_once_where_nothing_is_new(self):
        file = self.file()
        file.write(*deliveries(range(5)))
        began = time.monotonic()
        serving = self.serve()
        exporter.wait_until(lambda: serving.get('/-/ready')[0] == 200, 'it is ready')
        self.assertLess(time.monotonic() - began, 30)

    def test_units_or_identifiers(self):
        file = self.file()
        file.write(*deliveries(range(2), _SYSTEMD_UNIT='postfix@-.service'), *deliveries(range(3), _SYSTEMD_UNIT='postfix@-.socket'),
                   *deliveries(range(4), identifier='postfix/lmtp'), *deliveries(range(8), _SYSTEMD_UNIT='other.service'))
        serving = self.serve(', units: ["postfix@-"], identifiers: [postfix/lmtp]', ', from: beginning')
        figures = serving.wait_for(ATTEMPTS, 6, source='j')
        self.assertEqual(2, figures.sum(ATTEMPTS, transport='smtp'))
        self.assertEqual(6, figures.sum(LINES, source='j'))

    def test_what_comes_while_it_is_down_is_read_once(self):
        file = self.file()
        file.write(*deliveries(range(10)))
        with self.configure('', ', from: beginning') as serving:
            serving.wait_for(ATTEMPTS, 10)
            self.assertEqual(0, serving.stop())
        file.write(*deliveries(range(10, 15)))
        with self.configure() as serving:
            figures = serving.wait_for(ATTEMPTS, 15)
            self.assertEqual(0, figures.sum(DROPPED))
            self.assertEqual(0, serving.stop())

    def test_rotated_and_vacuumed_while_it_is_read(self):
        serving = None
        for turn in range(6):
            file = self.file()
            file.write(*deliveries(range(50)))
            serving = serving or self.serve('', ', from: beginning')
            file.write(*deliveries(range(50)))
            file.close()
            os.rename(file.path, file.path.with_name('system@%d.journal' % turn))
            if turn % 2:
                serving.wait_for(ATTEMPTS, 100 * (turn + 1))
                os.unlink(file.path.with_name('system@%d.journal' % turn))
        figures = serving.wait_for(ATTEMPTS, 600)
        self.assertEqual(0, figures.sum(DROPPED))

    def test_renamed_between_two_looks_after_more_was_written(self):
        file = self.file()
        file.write(*deliveries(range(5)))
        serving = self.serve('', ', from: beginning')
        serving.wait_for(ATTEMPTS, 5)
        serving.process.send_signal(signal.SIGSTOP)
        file.write(*deliveries(range(50)))
        file.close()
        os.rename(file.path, file.path.with_name('system@1.journal'))
        new = self.file()
        new.write({'MESSAGE': 'not about mail', 'SYSLOG_FACILITY': '3'})
        serving.process.send_signal(signal.SIGCONT)
        serving.wait_for(LINES, 55)
        new.write(*deliveries(range(7)))
        serving.wait_for(LINES, 62)
        self.assertNotIn('level=error', serving.logged())

    def test_a_file_that_is_deleted_is_read_to_its_end(self):
        file = self.file()
        file.write(*deliveries([0]))
        serving = self.serve('', ', from: beginning')
        serving.wait_for(ATTEMPTS, 1)  # it has the file open
        file.write(*deliveries(range(1, 200)))
        os.unlink(file.path)
        serving.wait_for(ATTEMPTS, 200)

    def test_records_that_were_deleted_while_it_was_down_are_a_gap(self):
        old = self.file()
        old.write(*deliveries(range(10)))
        with self.configure('', ', from: beginning') as serving:
            serving.wait_for(ATTEMPTS, 10)
            self.assertEqual(0, serving.stop())
        old.close()
        os.unlink(old.path)
        self.file().write(*deliveries(range(3)))
        with self.configure() as serving:
            figures = serving.wait_for(ATTEMPTS, 13)
            self.assertEqual(1, figures.sum(DROPPED, source='j', cause='gap'))
            self.assertIn('were deleted before they were read', serving.logged())
            self.assertEqual(0, serving.stop())
        with self.configure() as serving:
            self.assertEqual(1, serving.wait_for(ATTEMPTS, 13).sum(DROPPED, cause='gap'))

    def test_what_was_read_may_be_deleted_while_it_is_down(self):
        old = self.file()
        old.write(*deliveries(range(10)))
        old.close()
        os.rename(old.path, old.path.with_name('system@1.journal'))
        new = self.file()
        new.write({'MESSAGE': 'not about mail', 'SYSLOG_FACILITY': '3'})
        with self.configure('', ', from: beginning') as serving:
            serving.wait_for(ATTEMPTS, 10)
            self.assertEqual(0, serving.stop())
        os.unlink(old.path.with_name('system@1.journal'))
        new.write(*deliveries(range(4)))
        with self.configure() as serving:
            self.assertEqual(0, serving.wait_for(ATTEMPTS, 14).sum(DROPPED))

    def test_a_record_that_could_not_be_found_by_its_field_yet_is_read_after_a_restart(self):
        file = self.file()
        file.write(*deliveries(range(7)))
        with file.unlinked('SYSLOG_FACILITY=2'):
            with self.configure('', ', from: beginning') as serving:
                serving.wait_for(ATTEMPTS, 6)
                time.sleep(1)  # it looks once more; if it does not, this test sees less
                self.assertEqual(0, serving.stop())
        with self.configure() as serving:
            self.assertEqual(0, serving.wait_for(ATTEMPTS, 7).sum(DROPPED))

    def test_no_journal_yet(self):
        serving = self.serve('', ', from: beginning')
        serving.wait_for('mta_exporter_source_up', 0, source='j')
        self.assertIn('no journal files in %s/journal' % self.folder, serving.logged())
        self.file('0123456789abcdef0123456789abcdef/system.journal').write(*deliveries(range(3)))
        serving.wait_for(ATTEMPTS, 3)
        serving.wait_for('mta_exporter_source_up', 1, source='j')

    def test_hostile_records(self):
        file = self.file()
        forged = mail_lines.delivery(1).rstrip('\n')
        file.write(mail('', identifier='postfix/smtp'), mail(forged + '\n' + forged), mail('x' * 200_000),
                   mail('\udcff\udcfe\0', identifier=''), {'SYSLOG_FACILITY': '2'}, *deliveries([2]))
        serving = self.serve('', ', from: beginning')
        figures = serving.wait_for(LINES, 6, source='j')
        self.assertEqual(1, figures.sum('mta_exporter_log_oversized_lines_total', source='j'))
        self.assertEqual(1, figures.sum(ATTEMPTS))  # a line within a record is no line

    def test_a_damaged_file_does_not_stop_the_others(self):
        old = self.file()
        old.write(*deliveries(range(300)))
        old.close()
        damaged = old.path.with_name('system@1.journal')
        os.rename(old.path, damaged)
        chance = random.Random(11)
        with open(damaged, 'r+b') as file:
            for _ in range(3000):
                file.seek(chance.randrange(4096, damaged.stat().st_size))
                file.write(chance.randbytes(8))
        file = self.file()
        file.write(*deliveries(range(5)))
        serving = self.serve('', ', from: beginning')
        exporter.wait_until(lambda: serving.scrape().sum(ATTEMPTS) >= 5, 'the sound file is read')
        before = serving.scrape().sum(ATTEMPTS)
        file.write(*deliveries(range(5, 10)))
        serving.wait_for(ATTEMPTS, before + 5)

    def test_exact_after_kills(self):
        file = self.file()
        file.write({'MESSAGE': 'the first'})
        serving = self.configure('', ', from: beginning')
        scraper = Scraper(serving)
        ending, written = threading.Event(), [0]

        def write():
            while not ending.wait(0.005):
                file.write(*deliveries(range(written[0], written[0] + 20)), wait=False)
                written[0] += 20
        writer = threading.Thread(target=write, daemon=True)
        with serving:
            scraper.start()
            writer.start()
            for _ in range(KILLS):
                scraper.grown.clear()
                self.assertTrue(scraper.grown.wait(exporter.DEADLINE_SECONDS), 'nothing new is shown')
                serving.kill()
                serving.start()
                exporter.wait_until(serving.answers, 'the exporter answers')
            ending.set()
            writer.join()
            figures = serving.wait_for(ATTEMPTS, written[0])
            scraper.end()
            self.assertEqual(written[0], figures.sum(LINES, source='j'))
            self.assertEqual(0, figures.sum(DROPPED))
            self.assertEqual([], scraper.steps_back)
            print('%d records, %d kills, %d scrapes' % (written[0], KILLS, scraper.scrapes))


if __name__ == '__main__':
    exporter.main()
