"""Graphs that more than one dashboard has: the same question, the same words, for one MTA or for all."""
from expressions import RATE, USUAL_DAY, attempts, deferred_share, delays, in_time, quantiles, share, top
from grafana import ACCEPTED, BOUNCED, DEFERRED, MTAS, PLAIN, QUANTILES, QUEUES, REASONS, SENT, STATUS, TRANSPORTS, dashed, heatmap, override, query, timeseries


def per_minute(title, description, labels, selector, width=8, legend=None, seen=False, stacked=False, **more):
    """Events a minute by these labels; stacked, or where told, only those that were seen."""
    expression = f'sum by ({labels}) (rate({selector}{RATE})) * 60' + (' > 0' if seen or stacked else '')
    return timeseries(title, description, [(expression, legend or f'{{{{{labels}}}}}')], 'suffix: /min', width, stacked=stacked, **more)


def in_and_out(width=12):
    queries = [(f'sum(rate(mta_messages_received_total{{@}}{RATE}))', 'accepted'), (f'sum by (status) (rate({attempts()}{RATE}))', '{{status}}')]
    return timeseries(
        'Mail in and out',
        (
            'Messages accepted, and delivery attempts by what came of them, a second. A message to three recipients is accepted once and attempted'
            ' three times, and mail through a content filter is accepted twice, so the lines need not meet: what tells is a change of their distance.'
            ' Deferred up while sent goes down: a destination or this host\'s way out. Accepted up and sent flat: the queue grows.'
        ),
        queries,
        'suffix: /s',
        width,
        colors={'accepted': ACCEPTED, **STATUS},
        legend_calcs=('mean', 'max'),
        overrides=[override('accepted', ('custom.fillOpacity', 0), ('custom.lineWidth', 1))],
    )


def deferred_baseline(width=12):
    return timeseries(
        'Deferred share against its own past',
        (
            'Share of delivery attempts that were deferred, over 15 minutes, and the same over the 24 hours before the last hour (dashed; it needs a'
            ' day of data to mean much). Above the dashed line for more than a retry or two: read the reasons and destinations beside it. Retries of'
            ' waiting mail count here too, so it stays high until the queue is through.'
        ),
        [(deferred_share(), 'deferred'), query(deferred_share(window=USUAL_DAY), 'usual', interval='15m')],
        'percentunit',
        width,
        colors={'deferred': DEFERRED},
        overrides=[dashed('usual'), override('deferred', ('custom.fillOpacity', 25))],
    )


def reasons_first_deferred(width=8):
    return per_minute(
        'Why mail is put off',
        (
            'Messages at their **first** deferral by reason, a minute: retries do not add, so a rise is new trouble. Blues: network and DNS. Orange:'
            ' the other side is busy or limits us. Red and violet: they distrust us. Yellow: this host. docs/metrics.md says what helps with each.'
        ),
        'reason',
        'mta_messages_deferred_total{@}',
        width,
        stacked=True,
        colors=REASONS,
    )


def reasons_bounced(width=8):
    return per_minute(
        'Why mail bounces',
        (
            'Recipients that failed for good by reason, a minute. `user_unknown` is a list of addresses to clean; `reputation`, `policy`,'
            ' `authentication` are about us: find what was sent, check SPF, DKIM and the blocklists.'
        ),
        'reason',
        'mta_delivery_failures_total{@, hop="final", status="bounced"}',
        width,
        stacked=True,
        colors=REASONS,
    )


def attempts_deferred_by_reason(width=12):
    return per_minute(
        'Deferred attempts by reason',
        (
            'All attempts that were deferred, retries included, a minute: how busy the queue is with what. For the beginning of trouble look at first'
            ' deferrals on the overview.'
        ),
        'reason',
        'mta_delivery_failures_total{@, hop="final", status="deferred"}',
        width,
        stacked=True,
        colors=REASONS,
    )


def delay_heatmap(width=8):
    return heatmap(
        'How long deliveries took',
        (
            'Deliveries by their delay from arrival, in buckets: brighter is more. A band that climbs is a queue that backs up; single cells high up'
            ' are retries that came through.'
        ),
        f'sum by (le) (increase({delays()}{RATE}))',
        's',
        width,
    )


def delay_quantiles(width=8):
    return timeseries(
        'Delay',
        (
            'Half, 90 % and 99 % of the delivered mail took at most so long from its arrival (logarithmic). p50 up: everybody waits. Only p99 up: one'
            ' destination or greylisting. Where exemplars are stored, each dot is a message with its queue id.'
        ),
        [query(expression, name, exemplar=name == 'p99') for expression, name in quantiles(delays(), '[15m]')],
        's',
        width,
        colors=QUANTILES,
        logarithmic=True,
        fill=0,
    )


def delivered_in_time(width=8):
    return timeseries(
        'Delivered in time',
        (
            'Share of the delivered mail that took at most one and at most five minutes. This is what users feel; the alert on the delay objective'
            ' looks at the same numbers.'
        ),
        [(in_time(60), 'within 1 min'), (in_time(300), 'within 5 min')],
        'percentunit',
        width,
        colors={'within 1 min': '#6cb4ee', 'within 5 min': SENT},
        maximum=1,
        minimum=None,
        fill=0,
    )


def queue_colors(legend):
    if legend == '{{queue}}':
        return QUEUES
    waiting = {
        'postfix deferred': '#f2a900',
        'postfix active': '#6cb4ee',
        'postfix incoming': '#16a085',
        'postfix hold': '#9aa0a6',
        'sendmail mqueue': MTAS['sendmail'],
        'sendmail clientmqueue': '#7a5a96',
        'qmail remote': MTAS['qmail'],
        'qmail local': '#c98a52',
        'qmail todo': '#8f6a4a',
    }
    return {**waiting, **{f'{mta} in flight': color for mta, color in MTAS.items()}}


def queue_messages(width=12, labels='mta, queue', legend='{{mta}} {{queue}}'):
    return timeseries(
        'Messages waiting',
        (
            'Messages in each queue. `active` or `remote` near its limit is a bottleneck here; `deferred` that grows is mail others do not take;'
            ' `hold` waits for you; `incoming` or `todo` that grows is a queue manager that cannot keep up. Where the queue is not read: messages'
            ' under way as the log shows them.'
        ),
        [
            (f'sum by ({labels}) (mta_queue_messages{{@}})' + (' > 0' if 'mta' in labels else ''), legend),
            ('sum by (mta) (mta_messages_in_flight{@} unless sum without (queue) (mta_queue_messages{@}))', '{{mta}} in flight'),
        ],
        'short',
        width,
        interval='1m',
        colors=queue_colors(legend),
    )


def queue_oldest(width=12, labels='mta', legend='{{mta}}'):
    return timeseries(
        'Oldest message',
        (
            'Age of the oldest message that waits, held mail left out. A line that rises steadily is a message that nobody can deliver; ups and downs'
            ' within an hour are normal retrying.'
        ),
        [(f'max by ({labels}) (time() - mta_queue_oldest_message_timestamp_seconds{{@, queue!="hold"}}) > 0', legend)],
        's',
        width,
        interval='1m',
        colors=MTAS if legend == '{{mta}}' else QUEUES,
    )


def queue_bytes(width=8, labels='queue', legend='{{queue}}'):
    return timeseries(
        'Bytes waiting',
        'Size of what waits in each queue. Compare with the free space of the spool\'s file system: a full one stops all mail.',
        [(f'sum by ({labels}) (mta_queue_bytes{{@}})', legend)],
        'bytes',
        width,
        interval='1m',
        colors=queue_colors(legend),
    )


def rejects(width=12):
    return per_minute(
        'Turned away, by reason',
        (
            'Refusals of incoming mail, a minute. Spam and probes are most of it and harmless. A jump of `local_error` or `greylisted` is your own'
            ' doing; `user_unknown` in floods is a dictionary attack, or a lost map of recipients.'
        ),
        'reason',
        'mta_rejects_total{@}',
        width,
        stacked=True,
        colors=REASONS,
    )


def logins(width=12):
    return per_minute(
        'Logins',
        (
            'SMTP logins that succeeded, once a session, and those that failed, a minute. Many failures: an attack. Successes that double at night: a'
            ' stolen password, look at who sends.'
        ),
        'result',
        'mta_auth_attempts_total{@}',
        width,
        colors={'success': SENT, 'failure': BOUNCED},
        legend_calcs=('max',),
    )


def tls_sessions(width=8):
    return per_minute(
        'TLS sessions',
        (
            'New TLS sessions by direction and protocol, a minute. Outgoing ones that vanish while mail flows: TLS fails and mail goes in clear text'
            ' or waits. TLSv1 and 1.1 left: old clients.'
        ),
        'direction, protocol',
        'mta_tls_sessions_total{@}',
        width,
        legend='{{direction}} {{protocol}}',
        seen=True,
        fill=0,
    )


def tls_verification(width=8):
    return per_minute(
        'Certificates of the other side',
        (
            'Outgoing TLS sessions by what the check of the certificate said, in the MTA\'s own word. `untrusted` and `fail` are usual without a'
            ' policy; a jump of them with one is worth a look.'
        ),
        'verification',
        'mta_tls_sessions_total{@, direction="outbound"}',
        width,
        stacked=True,
    )


def connections(width=8):
    return per_minute(
        'Incoming connections',
        (
            'Connections by listener, a minute. Nothing at all by day: is the port reachable? A flood: see the rejects. sendmail logs them from'
            ' LogLevel 10 on.'
        ),
        'listener',
        'mta_connections_total{@}',
        width,
        fill=0,
    )


def connections_lost(width=8):
    return per_minute(
        'Lost incoming sessions',
        (
            'Sessions that broke off, by cause and the command after which they did, a minute. After AUTH: password guessing. After DATA: timeouts,'
            ' MTU or content filters that take too long.'
        ),
        'cause, command',
        'mta_connections_lost_total{@}',
        width,
        legend='{{cause}} after {{command}}',
        stacked=True,
    )


def connection_errors(width=8):
    return per_minute(
        'Trouble with outgoing connections',
        (
            'Failed connections to other servers by cause, a minute; they may yet end in a delivery by another server. All causes up at once: this'
            ' host\'s network. Only dns: the resolver. Only tls: certificates.'
        ),
        'cause',
        'mta_connection_errors_total{@}',
        width,
        stacked=True,
    )


def problems(width=8):
    return per_minute(
        'What the MTA complains about',
        (
            'Lines of the log that begin with warning, error, fatal or panic, by program, a minute; clients cause many warnings. `fatal` and `panic`'
            ' are yours: read them in the log.'
        ),
        'program, severity',
        'mta_daemon_problems_total{@}',
        width,
        legend='{{program}} {{severity}}',
        stacked=True,
        no_value='no complaints',
    )


def notices(width=8):
    return timeseries(
        'Bounce notices and expired mail',
        (
            'Notices made, by kind, and messages given up after too long in the queue, in the last hour. Many `nondelivery` with few own senders:'
            ' somebody forges your addresses.'
        ),
        [('sum by (kind) (increase(mta_bounce_messages_total{@}[1h]))', '{{kind}}'), ('sum(increase(mta_messages_expired_total{@}[1h]))', 'expired')],
        'short',
        width,
        fill=0,
        decimals=0,
        colors={'expired': BOUNCED},
    )


def received(width=8):
    return per_minute(
        'Accepted by origin',
        'Messages accepted, by where they came from, a minute. `internal` are bounces, forwards and what came back from a filter.',
        'origin',
        'mta_messages_received_total{@}',
        width,
        fill=0,
    )


def sizes(width=8):
    return timeseries(
        'Message size',
        'Half and 90 % of the messages are at most so large (logarithmic). Bandwidth and disk follow the upper line.',
        [(f'histogram_quantile({q}, sum by (le) (rate(mta_message_size_bytes_bucket{{@}}[30m])))', name) for q, name in ((0.5, 'p50'), (0.9, 'p90'))],
        'bytes',
        width,
        colors=QUANTILES,
        logarithmic=True,
        fill=0,
    )


def recipients(width=8):
    return timeseries(
        'Recipients a message',
        'Mean number of recipients, and what 99 % of the messages have at most. A leap is a newsletter, or an account that sends spam.',
        [
            ('sum(rate(mta_message_recipients_sum{@}[30m])) / (sum(rate(mta_message_recipients_count{@}[30m])) > 0)', 'mean'),
            ('histogram_quantile(0.99, sum by (le) (rate(mta_message_recipients_bucket{@}[30m])))', 'p99'),
        ],
        'short',
        width,
        fill=0,
        colors={'mean': PLAIN, 'p99': BOUNCED},
        decimals=1,
    )


def enhanced_status(width=8):
    return timeseries(
        'Failures by status code',
        (
            'Deferred and bounced recipients by the code the MTA logged (RFC 3463), the eight most frequent of the time shown, a minute: 4.x will be'
            ' tried again, 5.x will not.'
        ),
        [(top(8, 'enhanced_status', 'mta_delivery_enhanced_status_total{@, status!="sent"}'), '{{enhanced_status}}')],
        'suffix: /min',
        width,
        stacked=True,
    )


def deliveries_by(kind, description, width=8):
    """By delivery program, which every MTA calls otherwise."""
    return per_minute(f'Deliveries by {kind}', description, 'transport', attempts('status="sent"'), width, fill=0, colors=TRANSPORTS)


def deferred_by(kind, description, width=8, but=''):
    expression = share(attempts('status="deferred"' + (but and ', ' + but)), attempts(but), 'transport')
    return timeseries(f'Deferred share by {kind}', description, [(expression, '{{transport}}')], 'percentunit', width, fill=0, colors=TRANSPORTS)


def within_by_transport(title, description, share_of_it, buckets, window='[15m]', width=8, colors=TRANSPORTS):
    """How long at most, by delivery program; `share_of_it` is {quantile: legend}."""
    queries = [(f'histogram_quantile({q}, sum by (transport, le) (rate({buckets}{window})))', legend) for q, legend in share_of_it.items()]
    return timeseries(title, description, queries, 's', width, logarithmic=True, fill=0, colors=colors)


def inner_hop(title, description, width=8):
    """Mail that only moves to another program of the same host."""
    return per_minute(title, description, 'status', 'mta_delivery_attempts_total{@, hop="internal"}', width, fill=0, colors=STATUS)


def lifetime(description, width=8):
    expression = f'sum by (le) (increase(mta_message_lifetime_seconds_bucket{{@}}{RATE}))'
    return heatmap('How long messages stayed', description, expression, 's', width)


def starts(mta, width=8):
    return timeseries(
        'Starts of the daemon',
        f'How often {mta} was started in each hour. It should be when you did it.',
        [('sum by (source) (increase(mta_daemon_starts_total{@}[1h]))', '{{source}}')],
        'short',
        width,
        fill=0,
        decimals=0,
        soft_maximum=1,
    )
