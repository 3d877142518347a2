"""Mail overview: is mail going in and out, how long does it take, what fails and why; all MTAs together."""
import expressions
import graphs
import tiles
from dashboard import dashboard
from grafana import BAD, STATUS, WARN, shaded_cell, stat, table, timeseries

FAILURES = 'mta_delivery_failures_total{@, hop="final"}'


def destinations(width=14):
    def attempted(more=''):
        return f'sum by (destination) (increase(mta_destination_attempts_total{{@{more}}}[$__range]))'

    def of_these(expression):
        return f'{expression} and on (destination) topk(15, {attempted()})'

    delay = 'mta_destination_delay_seconds_%s{@}[$__range]'
    return table(
        'Destinations',
        (
            'The 15 destinations with most delivery attempts in the time shown: the share of attempts that were deferred and bounced, and the delay'
            ' of what was delivered. One coloured line while the rest is fine: it is their side, or what they think of you. All lines: it is you.'
            ' Domains beyond the limit are in `other`.'
        ),
        [
            f'topk(15, {attempted()})',
            of_these(attempted(', status="deferred"') + f' / ({attempted()} > 0)'),
            of_these(attempted(', status="bounced"') + f' / ({attempted()} > 0)'),
            of_these(f'sum by (destination) (increase({delay % "sum"})) / (sum by (destination) (increase({delay % "count"})) > 0)'),
            of_these(f'histogram_quantile(0.9, sum by (destination, le) (increase({delay % "bucket"})))'),
        ],
        {
            'destination': ('Destination', {}),
            'Value #A': ('Attempts', {'unit': 'locale', 'decimals': 0, 'custom.width': 90}),
            'Value #B': ('Deferred', shaded_cell('transparent', (0.2, WARN), (0.4, BAD))),
            'Value #C': ('Bounced', shaded_cell('transparent', (0.1, WARN), (0.3, BAD))),
            'Value #D': ('Mean delay', {'unit': 's'}),
            'Value #E': ('90 % within', {'unit': 's'}),
        },
        width,
        12,
        'Attempts',
    )


def changes(width=10):
    now = f'sum by (status, reason) (increase({FAILURES}[1h]))'
    usual = f'sum by (status, reason) (increase({FAILURES}[1d] offset 1h)) / 24'
    grown = f'topk(10, ({now}) - ({usual} or {now} * 0) > 1)'
    return table(
        'What changed in the last hour',
        (
            'Failures by reason in the hour before the end of the time shown, beside the mean hour of the day before it, those that grew most first. '
            'The first line is where to begin reading the log. During the first day of data the usual hour is too low.'
        ),
        [grown, f'{now} and on (status, reason) {grown}', f'{usual} and on (status, reason) {grown}'],
        {
            'status': ('Status', status_cell()),
            'reason': ('Reason', {}),
            'Value #A': ('More', {'unit': 'locale', 'decimals': 0, 'custom.width': 80}),
            'Value #B': ('Last hour', {'unit': 'locale', 'decimals': 0}),
            'Value #C': ('Usual hour', {'unit': 'locale', 'decimals': 1}),
        },
        width,
        12,
        'More',
    )


def status_cell():
    mapping = {status: {'color': color, 'index': index} for index, (status, color) in enumerate(STATUS.items())}
    return {'mappings': [{'type': 'value', 'options': mapping}], 'custom.cellOptions': {'type': 'color-text'}, 'custom.width': 100}


def deferring_destinations(width=8):
    return timeseries(
        'Who puts it off',
        (
            'Deferred attempts by destination, a minute, for the eight that deferred most in the time shown. One colour that grows alone: that'
            ' destination. All at once: this host, its network, its DNS or its reputation.'
        ),
        [(expressions.top(8, 'destination', 'mta_destination_attempts_total{@, status="deferred"}'), '{{destination}}')],
        'suffix: /min',
        width,
        stacked=True,
    )


def by_source(width=12):
    return timeseries(
        'Deferred share by log',
        'The deferred share of each log that is followed, over 15 minutes: is it one host, one instance, or all?',
        [(expressions.deferred_share('mta, source'), '{{mta}} {{source}}')],
        'percentunit',
        width,
        fill=0,
    )


def last_success(width=12):
    return timeseries(
        'Time since the last delivery',
        (
            'How long ago a recipient\'s mail was last delivered, by log. It grows at night; by day a line that climbs while mail is accepted is an'
            ' outage.'
        ),
        [('min by (mta, source) (time() - mta_delivery_last_success_timestamp_seconds{@})', '{{mta}} {{source}}')],
        's',
        width,
        fill=0,
        interval='1m',
    )


def logs_in_order(width=3):
    return stat(
        'Logs in trouble',
        (
            'Logs that cannot be read, lag by more than a megabyte, or whose MTA hides lines that are needed. Not 0: the figures here cannot be'
            ' trusted; see *Exporter health*.'
        ),
        (
            'count((mta_exporter_source_up{@source} == 0) or (mta_exporter_log_lag_bytes{@source} > 1e6) or (mta_exporter_source_warning{@source} =='
            ' 1)) or 0 * count(mta_exporter_source_up{@source})'
        ),
        'short',
        ('transparent', (1, BAD)),
        width,
        decimals=0,
        spark=False,
    )


def build():
    rows = [
        ('', tiles.first_row(logs_in_order())),
        ('', [graphs.in_and_out(), graphs.deferred_baseline()]),
        ('Why, and to whom', [graphs.reasons_first_deferred(), deferring_destinations(), graphs.reasons_bounced()]),
        ('How long it takes', [graphs.delay_quantiles(), graphs.delay_heatmap(), graphs.delivered_in_time()]),
        ('The queue', [graphs.queue_messages(), graphs.queue_oldest()]),
        ('Where to begin', [destinations(), changes()]),
        ('At the door', [graphs.rejects(), graphs.logins()]),
        ('+By log, and the rest', [by_source(), last_success(), graphs.received(), graphs.notices(), graphs.connections()]),
    ]
    return dashboard('mta-overview', 'All mail of Postfix, sendmail and qmail: is it going out, how long does it take, what fails and why.', rows)
