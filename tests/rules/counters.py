"""The counters of an exporter that watches a simulated site, scraped once a minute, as OpenMetrics with timestamps."""
import dataclasses

from mail_sites import REASONS

STATUSES = ('sent', 'deferred', 'bounced')
BYTES_OF_AN_OUTCOME = 900  # lines of the log


@dataclasses.dataclass
class Outage:
    """The exporter is down for some minutes, then reads the backlog within two scrapes; or it loses its state, too."""
    start: int
    minutes: int
    forgets: bool = False


def write(out, site, counted, outages, epoch):
    """Appends the series of a site to an OpenMetrics file, whose minute 0 is at `epoch`."""
    series = {}
    for minute, values in scrapes(counted, outages, epoch):
        for key, value in values.items():
            series.setdefault(key, []).append((epoch + 60 * minute, value))
    labels = 'job="mta",instance="%s:9025"' % site.name
    for (name, extra), samples in series.items():
        begin = '%s{%s%s} ' % (name, labels, extra)
        out.writelines('%s%d %d\n' % (begin, value, at) for at, value in samples)


def scrapes(counted, outages, epoch):
    """(minute, {(metric, labels): value}) of each scrape that was answered."""
    counts = dict.fromkeys([('first', reason) for reason in REASONS] + list(STATUSES) + ['prompt'], 0.0)
    shown, started, unread = dict(counts), 0, 0.0
    for minute, added in enumerate(counted):
        for outage in outages:
            if minute == outage.start + outage.minutes:
                started = minute
                if outage.forgets:
                    counts = dict.fromkeys(counts, 0.0)
                    shown = dict(counts)
        for key, count in added.items():
            counts[key] += count
        if any(o.start <= minute < o.start + o.minutes for o in outages):
            continue
        # What was written while it was down: half of it is read at the first scrape, the rest at the next.
        unread = 0.5 if any(minute == o.start + o.minutes for o in outages) else 0.0
        shown = {key: shown[key] + (count - shown[key]) * (1 - unread) for key, count in counts.items()}
        lag = BYTES_OF_AN_OUTCOME * sum(counts[s] - shown[s] for s in STATUSES)
        yield minute, {**dict(exposed(shown)), **health(epoch + 60 * started, lag)}


def exposed(counts):
    mail = ',mta="postfix",source="mail"'
    for reason in REASONS:
        yield ('mta_messages_deferred_total', '%s,reason="%s"' % (mail, reason)), counts['first', reason]
    for status in STATUSES:
        yield ('mta_delivery_attempts_total', '%s,transport="smtp",status="%s",hop="final"' % (mail, status)), counts[status]
    yield ('mta_delivery_delay_seconds_bucket', mail + ',transport="smtp",status="sent",hop="final",le="300"'), counts['prompt']
    yield ('mta_delivery_attempts_total', mail + ',transport="smtp",status="sent",hop="internal"'), counts['sent'] + counts['bounced']


def health(started, lag):
    return {('process_start_time_seconds', ''): started, ('mta_exporter_source_up', ',source="mail"'): 1,
            ('mta_exporter_log_lag_bytes', ',source="mail"'): lag}
