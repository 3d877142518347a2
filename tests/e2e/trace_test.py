#!/usr/bin/env python3
"""`trace` finds the mail a person asks for, and tells of it what the log says: no more, no less."""
import collections
import gzip
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import unittest
from pathlib import Path

import jsonschema

import exporter

SAMPLES = exporter.ROOT / 'collectors'
HUNT = SAMPLES / 'postfix/samples/seed_local.log'
FILTER = SAMPLES / 'postfix/samples/content_filter.log'
STATUSES = ('sent', 'deferred', 'bounced')
ALL = ['--status=' + status for status in STATUSES] + ['--limit=0']


def trace(*arguments, status=0, **options):
    done = exporter.run('trace', *arguments, **options)
    if done.returncode != status:
        raise AssertionError('trace %s ended with %d: %s' % (arguments, done.returncode, done.stderr.decode()))
    return done.stdout.decode()


def on_a_terminal(*arguments, data):
    """What a terminal gets to show."""
    ours, its = pty.openpty()
    with open(ours, 'rb', buffering=0) as terminal:
        with subprocess.Popen([exporter.BINARY, *arguments], stdin=subprocess.PIPE, stdout=its, env=dict(os.environ, NO_COLOR='1')) as process:
            os.close(its)
            process.stdin.write(data)
            process.stdin.close()
            shown = b''
            try:
                while chunk := terminal.read(65536):
                    shown += chunk
            except OSError:  # EIO: nobody writes any more
                pass
    return shown.decode()


def messages(*arguments, **options):
    return [json.loads(line) for line in trace('--format=json', *arguments, **options).splitlines()]


class Hunt(unittest.TestCase):
    """The mail from test01@example.com to test02@example.com."""

    def test_by_every_clue_alike(self):
        told = {trace(clue, HUNT) for clue in ('--to=test02@example.com', '--from=test01@example.com', '--queue-id=ABC123DEF456',
                                               '--message-id=20230115123456.12345.test01@example.com', '--to=TEST02@EXAMPLE.com',
                                               '--to=@example.com', '--to=t*02@*.com', '--relay=192.0.2.0/24', '--relay=mail.example.com')}
        self.assertEqual(1, len(told))
        for words in ('ABC123DEF456', 'test01@example.com', 'test02@example.com', 'mail.example.com[192.0.2.1]:25', '250 2.0.0 OK',
                      'delivered', '1.2 s'):
            self.assertIn(words, next(iter(told)))

    def test_raw_lines(self):
        self.assertEqual(HUNT.read_text(), trace('--format=lines', '--to=test02@example.com', HUNT))

    def test_nothing_found_and_nothing_to_find_in(self):
        self.assertEqual('', trace('--to=test03@example.com', HUNT, status=1))
        self.assertEqual('', trace('--from=test02@example.com', HUNT, status=1))
        self.assertEqual('', trace('--to=test02@example.com', '--status=bounced', HUNT, status=1))
        trace('--to=a@b', '/nowhere/mail.log', status=2)
        trace(HUNT, status=2)
        trace('--client=192.0.2.0/99', HUNT, status=2)
        trace('--since=soon', HUNT, status=2)
        trace('--reason=none', HUNT, status=2)

    def test_the_time(self):
        year = messages('--to=test02@example.com', HUNT)[0]['first_time'][:4]
        self.assertTrue(trace('--to=test02@example.com', '--since=%s-01-15 12:34:57' % year, HUNT))
        trace('--to=test02@example.com', '--since=%s-01-15 12:34:58' % year, HUNT, status=1)
        trace('--to=test02@example.com', '--until=%s-01-15 12:34:56' % year, HUNT, status=1)

    def test_redacted(self):
        for form in ('text', 'json', 'lines'):
            told = trace('--redact', '--format=' + form, '--to=test02@example.com', HUNT)
            self.assertNotIn('test01', told)
            self.assertNotIn('test02', told)
            self.assertIn('@example.com', told)

    def test_from_a_pipe_and_from_archives_in_any_order(self):
        lines = HUNT.read_bytes().splitlines(keepends=True)
        whole = trace('--to=test02@example.com', HUNT)
        self.assertEqual(whole.count('\n'), trace('--to=test02@example.com', '-', input=b''.join(lines)).count('\n'))
        with tempfile.TemporaryDirectory() as folder:
            new, old = Path(folder) / 'mail.log', Path(folder) / 'mail.log.1.gz'
            old.write_bytes(gzip.compress(b''.join(lines[:3])))
            new.write_bytes(b''.join(lines[3:]))
            shutil.copystat(HUNT, new)
            shutil.copystat(HUNT, old)
            self.assertEqual(whole, trace('--to=test02@example.com', new, old))


class Strangers(unittest.TestCase):
    """What strangers wrote harms no terminal, and what is redacted names nobody."""

    LOG = ''.join('2026-11-25T03:00:01.000000+00:00 mx1 postfix/%s[1]: 4jXQn26mX6z1d6DP: %s\n' % line for line in (
        ('smtpd', 'client=annaspc.example.org[192.0.2.44], sasl_method=PLAIN, sasl_username=anna.login'),
        ('cleanup', 'message-id=<1@annaspc.example.org>'),
        ('qmgr', 'from=<bounce+bob.jones=b.example@list.example>, size=481, nrcpt=2 (queue active)'),
        ('smtp', 'to=<bob.jones@b.example>, relay=mx.b.example[203.0.113.25]:25, delay=2, delays=0/0/1/1, dsn=5.1.1, status=bounced (host '
         'mx.b.example[203.0.113.25] said: 550 \x1b[2J\u202e bob.jones: unknown, from 192.0.2.44; http://b.example/?u=bob.jones%40b.example)'),
        ('local', 'to=<carol@mx1.example>, orig_to=<carola>, relay=local, delay=2, delays=0/0/1/1, dsn=5.2.2, status=bounced (cannot update '
         'mailbox /var/mail/carol for user carol. quota)'),
        ('qmgr', 'removed'))).encode()

    def test_no_person_and_no_client_is_in_what_is_redacted(self):
        for form in ('text', 'json', 'lines'):
            told = trace('--redact', '--format=' + form, '--to=carola', '-', input=self.LOG)
            for name in ('anna', 'bob', 'carol', 'jones', '192.0.2.44'):
                with self.subTest(form=form, name=name):
                    self.assertNotIn(name, told)
            self.assertIn('b.example', told)

    def test_no_control_character_reaches_a_terminal(self):
        for form in ('text', 'json', 'lines'):
            told = on_a_terminal('trace', '--format=' + form, '--to=carola', '-', data=self.LOG)
            self.assertIn('4jXQn26mX6z1d6DP', told)
            self.assertEqual([], re.findall('[^\r\n -~\ufffd]', told))
        self.assertIn('\x1b[2J', trace('--format=lines', '--to=carola', '-', input=self.LOG))


class Truth(unittest.TestCase):
    """The attempts of all messages are those that were counted independently."""

    def test_attempts_are_those_of_the_expected_files(self):
        compared = 0
        for mta, log, expected in exporter.samples():
            figures = json.loads(expected.read_text())
            wanted = figures.get('mta_delivery_attempts_total{mta="%s"}' % mta)
            if wanted is None:
                continue
            # A delivery whose start is not in the log (qmail) names no message.
            counted = exporter.scan(log, mta=mta)
            nameless = {status: counted.sum('mta_delivery_attempts_total', transport='other', status=status) if mta == 'qmail' else 0
                        for status in STATUSES}
            told = collections.Counter()
            for message in messages('--mta=' + mta, *ALL, log, status=0 if wanted > sum(nameless.values()) else 1):
                for attempt in message['attempts']:
                    told[attempt['status']] += attempt.get('repeat', 1)
            with self.subTest(log=str(log)):
                self.assertEqual(wanted, sum(told.values()) + sum(nameless.values()))
                for status in STATUSES:
                    of_status = {key: value for key, value in figures.items()
                                 if key.startswith('mta_delivery_attempts_total{') and 'status="%s"' % status in key}
                    by_transport = [value for key, value in of_status.items() if 'transport=' in key] or of_status.values()
                    self.assertEqual(sum(by_transport), told[status] + nameless[status])
                compared += 1
        self.assertGreater(compared, 30)


def strict(schema):
    """The schema without room for keys it does not know."""
    if isinstance(schema, dict):
        schema = {key: strict(value) for key, value in schema.items()}
        return dict(schema, additionalProperties=False) if 'properties' in schema else schema
    return schema


class Schema(unittest.TestCase):
    """docs/trace.schema.json says what --format=json writes."""

    def test_every_message_of_every_recorded_log_is_as_the_schema_says(self):
        schema = json.loads((exporter.ROOT / 'docs/trace.schema.json').read_text())
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(strict(schema))
        keys, checked = set(), 0
        for mta, log, _ in exporter.samples():
            done = exporter.run('trace', '--format=json', '--mta=' + mta, '--limit=0', '--since=1980-01-01', log)
            self.assertIn(done.returncode, (0, 1), done.stderr)
            for line in done.stdout.splitlines():
                message = json.loads(line)
                validator.validate(message)
                keys.update(message)
                checked += 1
        self.assertGreater(checked, 500)
        self.assertLessEqual(set(schema['properties']) - keys, {'attempts_left_out'})


class Refused(unittest.TestCase):
    """What was refused after its content ends as refused, and is found by all that is known of it."""

    def told(self, log, *arguments):
        message, = messages(*arguments, SAMPLES / log)
        self.assertEqual('refused', message['outcome'])
        self.assertEqual([], message['attempts'])
        return message

    def test_by_a_check_of_postfixs_cleanup(self):
        for clue in (['--queue-id=C2191AA4609'], ['--status=rejected', '--reason=policy', '--to=ok-h@smart.test', '--from=s@src.test']):
            refusal, = self.told('postfix/samples/header_checks.log', *clue)['refusals']
            self.assertEqual(('end_of_data', 'content', '5.7.1 bad body'), (refusal['command'], refusal['rejected_by'], refusal['text']))

    def test_by_a_milter_of_postfix(self):
        message = self.told('postfix/samples/milter.log', '--from=s@src.test', '--to=ok-m@smart.test', '--reason=authentication')
        self.assertEqual('milter', message['refusals'][0]['rejected_by'])
        self.assertEqual('s@src.test', message['from'])

    def test_by_a_milter_of_sendmail_which_names_the_recipients_afterwards(self):
        for clue in ('--from=hrej@client.test', '--queue-id=6AMAo7Jn025180'):
            message = self.told('sendmail/samples/07_milter.log', clue, '--status=rejected', '--to=del@dom1.example')
            self.assertEqual(['x@dom1.example', 'del@dom1.example'], [refusal['recipient'] for refusal in message['refusals']])

    def test_what_a_rule_threw_away_or_holds_is_not_queued(self):
        outcomes = {'postfix/samples/milter.log': {'5BFEBAA41E0': 'discarded', '5CD8AAA41E0': 'on hold'},
                    'postfix/samples/postsuper.log': {'25675AA461E': 'deleted', '26EA7AA4625': 'deferred', '2C2CAAA462D': 'handed on'},
                    'sendmail/samples/03_local_prog.log': {'6AMAivDg004273': 'bounced', '6AMAivJu004289': 'handed on'},
                    'sendmail/samples/04_server_rejects.log': {'6AMAkN89006627': 'discarded', '6AMAkTSf007130': 'refused'},
                    'sendmail/samples/07_milter.log': {'6AMAo932025533': 'queued'},
                    'sendmail/samples/16_queued_quarantine.log': {'6AMAum3m023989': 'on hold'}}
        for log, wanted in outcomes.items():
            for queue_id, outcome in wanted.items():
                with self.subTest(log=log, queue_id=queue_id):
                    outcome_of = {told['queue_id']: told['outcome'] for told in messages('--queue-id=' + queue_id, SAMPLES / log)}
                    self.assertEqual(outcome, outcome_of[queue_id])


class Following:
    """`trace --follow` on a log, its standard output read as it comes."""

    def __init__(self, *arguments):
        self.told = b''
        self.process = subprocess.Popen([exporter.BINARY, 'trace', '--follow', *map(str, arguments)], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.reader = threading.Thread(target=self.read)
        self.reader.start()

    def read(self):
        while chunk := os.read(self.process.stdout.fileno(), 65536):
            self.told += chunk

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()
        self.process.stderr.close()

    def wait_for(self, words):
        exporter.wait_until(lambda: words.encode() in self.told, 'trace --follow tells of ' + words)

    def heeds_signals(self):
        """The first look is over: it catches SIGTERM."""
        caught = re.search(r'SigCgt:\s*(\w+)', Path('/proc/%d/status' % self.process.pid).read_text())[1]
        return int(caught, 16) >> (signal.SIGTERM - 1) & 1

    def stop(self, by):
        exporter.wait_until(self.heeds_signals, 'trace --follow waits')
        self.process.send_signal(by)
        status = self.process.wait(exporter.DEADLINE_SECONDS)
        self.reader.join()
        return status


class Follow(unittest.TestCase):
    """What comes while it waits is told: over a rotation, and until a signal ends it."""

    def setUp(self):
        self.log = Path(self.enterContext(tempfile.TemporaryDirectory())) / 'mail.log'
        self.log.write_text('')

    def deliver(self, queue_id, recipient):
        lines = HUNT.read_text().replace('ABC123DEF456', queue_id).replace('test02@', recipient + '@')
        with open(self.log, 'a', encoding='utf-8') as log:
            log.write(lines)

    def test_it_tells_of_what_comes_across_a_rotation_and_ends_by_a_signal(self):
        self.deliver('AAA123DEF456', 'before')
        for by in (signal.SIGINT, signal.SIGTERM):
            with Following('--to=@example.com', '--format=json', self.log) as following:
                following.wait_for('AAA123DEF456')
                self.deliver('BBB123DEF456', 'bob')
                following.wait_for('bob@example.com')
                self.log.rename(self.log.with_name('mail.log.1'))
                self.log.write_text('')
                self.deliver('CCC123DEF456', 'carol')
                following.wait_for('carol@example.com')
                self.assertEqual(0, following.stop(by))
                told = [json.loads(line) for line in following.told.decode().splitlines()]
            self.assertEqual(['AAA123DEF456', 'BBB123DEF456', 'CCC123DEF456'], [message['queue_id'] for message in told])
            self.assertEqual({'delivered'}, {message['outcome'] for message in told})
            self.log.with_name('mail.log.1').unlink()
            self.log.write_text('')
            self.deliver('AAA123DEF456', 'before')

    def test_what_nobody_asked_for_is_not_told_and_nothing_found_is_status_1(self):
        with Following('--to=bob@example.com', '--format=lines', self.log) as following:
            self.deliver('AAA123DEF456', 'alice')
            self.deliver('BBB123DEF456', 'bob')
            following.wait_for('BBB123DEF456: removed')
            self.assertEqual(0, following.stop(signal.SIGTERM))
            self.assertNotIn(b'alice', following.told)
        self.log.write_text('')
        with Following('--to=bob@example.com', self.log) as following:
            self.assertEqual(1, following.stop(signal.SIGTERM))

    def test_a_log_that_comes_in_over_standard_input_cannot_be_followed(self):
        with Following('--to=bob@example.com', '-') as following:
            self.assertEqual(2, following.process.wait(exporter.DEADLINE_SECONDS))
            self.assertIn(b'cannot be followed', following.process.stderr.read())


class Chains(unittest.TestCase):

    def test_through_a_content_filter_and_to_the_bounce(self):
        told = messages('--to=ok-c2@smart.test', FILTER)
        by_id = {message['queue_id']: message for message in told}
        self.assertEqual([{'kind': 'handed_on', 'queue_id': '4jXQn26mX6z1d6DP'}], by_id['DB70FAA4348']['became'])
        self.assertEqual('DB70FAA4348', by_id['4jXQn26mX6z1d6DP']['before'])
        self.assertEqual('notification', by_id['DC5B9AA4447']['became'][0]['kind'])

    def test_from_sendmails_submission_on(self):
        told = messages('--to=nosuchuser', SAMPLES / 'sendmail/samples/09_msp.log')
        kinds = {link['kind'] for message in told for link in message.get('became', [])}
        self.assertEqual({'handed_on', 'notification'}, kinds)

    def test_through_sendmails_submission_of_a_notification(self):
        told = messages('--queue-id=6AMAoafj027076', SAMPLES / 'sendmail/samples/09_msp.log')
        self.assertEqual([None, '6AMAoafj027076', '6AMAodXh027093', '6AMAodQ6027094', '6AMAodQ6027094'],
                         [message.get('before') for message in told])


class Containers(unittest.TestCase):
    """The logs of containers tell the same, in whatever a runtime wraps them."""

    def told(self, lines, *arguments):
        return messages('--to=ok-c2@smart.test', *arguments, '-', input=''.join(lines).encode())

    def test_wrapped_lines_tell_the_same_story(self):
        lines = FILTER.read_text().splitlines()
        year = messages('--to=ok-c2@smart.test', FILTER)[0]['first_time'][:4]
        stamp = year + '-12-31T23:59:59.5Z'
        plain = self.told(line + '\n' for line in lines)
        self.assertEqual(plain, self.told('%s stderr F %s\n' % (stamp, line) for line in lines))
        self.assertEqual(plain, self.told('%s stdout P %s\n%s stdout F %s\n' % (stamp, line[:50], stamp, line[50:]) for line in lines))
        escaped = [json.dumps({'log': line + '\n', 'stream': 'stdout', 'time': stamp}).replace('<', '\\u003c').replace('>', '\\u003e') for line in lines]
        self.assertEqual(plain, self.told(line + '\n' for line in escaped))

    def test_the_lines_are_those_of_the_file(self):
        lines = ['2026-11-22T10:41:23.5Z stdout F %s\n' % line for line in HUNT.read_text().splitlines()]
        self.assertEqual(''.join(lines), trace('--format=lines', '--to=test02@example.com', '-', input=''.join(lines).encode()))


class Forgery(unittest.TestCase):
    """What a stranger wrote into a line puts it into nobody else's story."""
    VICTIM = '4F1A2B3C4D5'

    def line(self, tag, message):
        return '2026-11-22T10:41:23.000000+00:00 mx1 %s[7]: %s\n' % (tag, message)

    def victim(self):
        return [self.line('postfix/smtpd', self.VICTIM + ': client=a.example[192.0.2.1]'),
                self.line('postfix/cleanup', self.VICTIM + ': message-id=<victim@a.example>'),
                self.line('postfix/qmgr', self.VICTIM + ': from=<alice@a.example>, size=1000, nrcpt=1 (queue active)'),
                self.line('postfix/smtp', self.VICTIM + ': to=<bob@b.example>, relay=b.example[192.0.2.9]:25, delay=1, '
                          'delays=0.1/0.1/0.4/0.4, dsn=2.0.0, status=sent (250 ok)'),
                self.line('postfix/qmgr', self.VICTIM + ': removed')]

    def forged(self):
        victim = self.VICTIM
        other = '5E1A2B3C4D6'
        return [
            self.line('postfix/smtpd', 'NOQUEUE: reject: RCPT from x[192.0.2.66]: 554 5.7.1 %s: to=<bob@b.example>, relay=evil, delay=1, '
                      'status=bounced (forged); from=<m@evil> to=<x@y> proto=ESMTP helo=<%s: removed>' % (victim, victim)),
            self.line('postfix/smtp', '%s: to=<m@evil.example>, relay=evil.example[192.0.2.66]:25, delay=1, delays=0/0/1/0, dsn=2.0.0, '
                      'status=sent (250 2.0.0 Ok: queued as %s)' % (other, victim)),
            self.line('postfix/smtp', '%s: to=<m@evil.example>, relay=evil.example[192.0.2.66]:25, delay=1, delays=0/0/1/0, dsn=5.0.0, '
                      'status=bounced (host said: 550 %s: to=<bob@b.example>, status=sent (x))' % (other, victim)),
            self.line('postfix/cleanup', '%s: warning: header Subject: %s: message-id=<victim@a.example> from x[192.0.2.66]; '
                      'from=<m@evil> to=<bob@b.example>' % (other, victim)),
            self.line('postfix/cleanup', '%s: message-id=<%s>' % (other, victim)),
            self.line('postfix/smtpd', '%s: client=x[192.0.2.66], sasl_method=PLAIN, sasl_username=a, orig_queue_id=%s' % (other, victim)),
            self.line('sshd', '%s: to=<bob@b.example>, relay=none, delay=1, status=bounced (x)' % victim),
        ]

    def test_a_victims_story_is_its_own(self):
        for mixed in (self.victim() + self.forged(), self.forged() + self.victim(),
                      [line for pair in zip(self.victim() + [''] * 2, self.forged()) for line in pair]):
            data = ''.join(mixed).encode()
            clean = trace('--format=lines', '--message-id=victim@a.example', '-', input=data)
            self.assertEqual(''.join(self.victim()), clean)
            story = messages('--queue-id=' + self.VICTIM, '-', input=data)
            self.assertEqual(1, len(story), story)
            self.assertEqual(['sent'], [attempt['status'] for attempt in story[0]['attempts']])
            self.assertEqual('delivered', story[0]['outcome'])

    def test_a_queue_id_that_is_used_again_is_another_message(self):
        again = [line.replace('victim@', 'second@').replace('bob@', 'carol@') for line in self.victim()]
        for end in (5, 4):  # the removal of the first was seen, or was not
            data = ''.join(self.victim()[:end] + again).encode()
            story = messages('--to=bob@b.example', '-', input=data)
            self.assertEqual(['<victim@a.example>'], [message['message_id'] for message in story])
            self.assertEqual(['bob@b.example'], [attempt['recipient'] for attempt in story[0]['attempts']])

    def test_control_characters_reach_no_terminal(self):
        data = ''.join(self.victim()).replace('250 ok', '250 \x1b]0;owned\x07 \x9b31m').encode('latin-1')
        self.assertNotRegex(trace('--to=bob@b.example', '-', input=data), '[\x00-\x09\x0b-\x1f\x7f-\x9f]')

    def test_a_refused_command_is_told(self):
        told = trace('--to=x@y', '-', input=self.forged()[0].encode())
        self.assertIn('554 5.7.1', told)


if __name__ == '__main__':
    exporter.main()
