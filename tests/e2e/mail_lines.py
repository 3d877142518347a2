"""Postfix log lines with known content, for tests that write a log and ask what was counted."""
import time


def stamp(at=None):
    return time.strftime('%Y-%m-%dT%H:%M:%S.000000+00:00', time.gmtime(time.time() if at is None else at))


def delivery(number, status='sent', delay=0.5, at=None):
    """One delivery of message `number` to gmail.test by smtp, as rsyslog writes it."""
    dsn, text = {'sent': ('2.0.0', '250 2.0.0 Ok: queued as 9F1C2'),
                 'deferred': ('4.7.1', 'host mx1.gmail.test[198.51.100.7] said: 450 4.7.1 Greylisted (in reply to RCPT TO command)'),
                 'bounced': ('5.1.1', 'host mx1.gmail.test[198.51.100.7] said: 550 5.1.1 User unknown (in reply to RCPT TO command)')}[status]
    return ('%s mx1 postfix/smtp[4711]: %s: to=<user%d@gmail.test>, relay=mx1.gmail.test[198.51.100.7]:25, delay=%g, '
            'delays=%g/0/0/0, dsn=%s, status=%s (%s)\n' % (stamp(at), queue_id(number), number, delay, delay, dsn, status, text))


def queued(number, at=None):
    """What stands before a delivery: the message enters the queue and waits there."""
    head = '%s mx1 postfix/%%s[4711]: %s: ' % (stamp(at), queue_id(number))
    return (head % 'smtpd' + 'client=mail.example.test[198.51.100.8]\n' +
            head % 'cleanup' + 'message-id=<%d@example.test>\n' % number +
            head % 'qmgr' + 'from=<sender@example.test>, size=2048, nrcpt=1 (queue active)\n')


def queue_id(number):
    return '%05X%06X' % (number * 7919 % 0x100000, 0xA00000 + number)
