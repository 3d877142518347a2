"""Single numbers that more than one dashboard has: the same question, the same words, for one MTA or for all."""
from expressions import USUAL_DAY, attempts, deferred_share, in_time, share
from grafana import BAD, PLAIN, SENT, WARN, stat


def delivered(width=3):
    return stat(
        'Delivered, 1 h',
        (
            'Recipients whose mail was delivered during the last hour (attempts with status sent that left this host). '
            'If it is 0 by day, look at *Mail in and out* and at the exporter\'s health first.'
        ),
        'sum(increase(' + attempts('status="sent"') + '[1h]))',
        'locale',
        (SENT,),
        width,
        decimals=0,
    )


def deferred_now(width=3):
    return stat(
        'Deferred share',
        (
            'Share of the delivery attempts of the last 15 minutes that were put off. Greylisting alone gives a few per cent. Amber: look at the'
            ' reasons. Red: something is broken, here or at a large destination.'
        ),
        deferred_share(),
        'percentunit',
        ('transparent', (0.15, WARN), (0.30, BAD)),
        width,
        decimals=1,
    )


def deferred_against_usual(width=3):
    return stat(
        'Against usual',
        (
            'The deferred share of the last 15 minutes, divided by that of the 24 hours before the last one: 1 is a day like the others. '
            'What counts as much is site by site, this is not. Needs a day of data.'
        ),
        f'({deferred_share()}) / ({deferred_share(window=USUAL_DAY)})',
        'suffix: ×',
        ('transparent', (2.5, WARN), (5, BAD)),
        width,
        decimals=1,
    )


def bounced_now(width=3):
    return stat(
        'Bounced share',
        (
            'Share of the delivery attempts of the last 15 minutes that failed for good. A few per cent are misspelt recipients; a jump is a'
            ' blocklist, a bad list of addresses or a forged sender: see the reasons.'
        ),
        share(attempts('status="bounced"'), attempts()),
        'percentunit',
        ('transparent', (0.08, WARN), (0.20, BAD)),
        width,
        decimals=1,
    )


def on_time(width=3):
    return stat(
        'Within 5 minutes',
        (
            'Share of what was delivered in the last 15 minutes that took at most 5 minutes from its arrival. Mail that still waits is not in it: see'
            ' *Waiting* and *Oldest*.'
        ),
        in_time(300),
        'percentunit',
        (BAD, (0.75, WARN), (0.90, 'transparent')),
        width,
        decimals=1,
    )


def waiting(width=3):
    return stat(
        'Waiting',
        (
            'Messages in the queues; where the queue itself is not read, messages that the log shows as accepted and not yet finished. It should come'
            ' back to its usual level within minutes of a burst.'
        ),
        'sum(sum without (queue) (mta_queue_messages{@}) or mta_messages_in_flight{@})',
        'locale',
        (PLAIN,),
        width,
        decimals=0,
    )


def oldest(width=3):
    return stat(
        'Oldest waiting',
        (
            'Age of the oldest message in any queue but hold. Hours are normal while a destination is down; days mean nobody looks. `mailq`, `qshape'
            ' deferred`, `qmail-qread` show which.'
        ),
        'max(time() - mta_queue_oldest_message_timestamp_seconds{@, queue!="hold"})',
        's',
        ('transparent', (14400, WARN), (86400, BAD)),
        width,
        decimals=1,
    )


def first_row(last):
    """The numbers that every dashboard about mail opens with, and the one that is its own."""
    return [delivered(), deferred_now(), deferred_against_usual(), bounced_now(), on_time(), waiting(), oldest(), last]
