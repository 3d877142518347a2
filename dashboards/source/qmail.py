"""qmail: is there a free slot, how long does an attempt take, how long does mail wait for one."""
import expressions
import graphs
import tiles
from expressions import RATE
from dashboard import dashboard
from grafana import BAD, WARN, heatmap, override, dashed, stat, timeseries

CHANNELS = {'local': '#6cb4ee', 'remote': '#f2a900'}


def slots_used(width=3):
    return stat(
        'Remote slots',
        (
            'Remote deliveries under way, as a share of `concurrencyremote`. At 100 % for more than a few minutes new mail waits for slots however'
            ' healthy its destination is: raise the limit, or see who hangs.'
        ),
        'max(mta_qmail_concurrency{@source, channel="remote"} / (mta_qmail_concurrency_limit{@source, channel="remote"} > 0))',
        'percentunit',
        ('transparent', (0.8, WARN), (0.99, BAD)),
        width,
        decimals=0,
    )


def concurrency(channel, width=12):
    return timeseries(
        f'Concurrency, {channel}',
        (
            f'Deliveries of the {channel} channel under way, and their limit (dashed), from the `status:` lines. A line that lies on its limit means'
            ' that mail waits for a slot. No data: the logger drops `status:` lines.'
        ),
        [
            (f'sum(mta_qmail_concurrency{{@source, channel="{channel}"}})', 'under way'),
            (f'sum(mta_qmail_concurrency_limit{{@source, channel="{channel}"}})', 'limit'),
        ],
        'short',
        width,
        colors={'under way': CHANNELS[channel]},
        overrides=[dashed('limit'), override('under way', ('custom.fillOpacity', 25))],
        interval='1m',
        decimals=0,
    )


def attempt_time(width=12):
    return timeseries(
        'Time of an attempt, by channel',
        (
            'Half and 90 % of the attempts took at most so long from `starting delivery` to the result (logarithmic). Remote at 60 s: connection'
            ' timeouts eat the slots (`timeoutconnect`).'
        ),
        [
            ('histogram_quantile(0.9, sum by (transport, le) (rate(mta_delivery_attempt_duration_seconds_bucket{@}[15m])))', '{{transport}} p90'),
            ('histogram_quantile(0.5, sum by (transport, le) (rate(mta_delivery_attempt_duration_seconds_bucket{@}[15m])))', '{{transport}} p50'),
        ],
        's',
        width,
        logarithmic=True,
        fill=0,
        colors={'local p50': '#6cb4ee', 'local p90': '#2d7dd2', 'remote p50': '#f7d794', 'remote p90': '#f2a900'},
    )


def queue_time(width=12):
    return timeseries(
        'Time in the queue, by channel',
        (
            'Half and 90 % of the delivered mail took at most so long from `new msg` to its delivery (logarithmic). Far above the time of an attempt:'
            ' it waited for a slot, or for its retry.'
        ),
        [
            (
                'histogram_quantile(0.9, sum by (transport, le) (rate(mta_delivery_delay_seconds_bucket{@, status="sent", hop="final"}[15m])))',
                '{{transport}} p90',
            ),
            (
                'histogram_quantile(0.5, sum by (transport, le) (rate(mta_delivery_delay_seconds_bucket{@, status="sent", hop="final"}[15m])))',
                '{{transport}} p50',
            ),
        ],
        's',
        width,
        logarithmic=True,
        fill=0,
        colors={'local p50': '#6cb4ee', 'local p90': '#2d7dd2', 'remote p50': '#f7d794', 'remote p90': '#f2a900'},
    )


def by_channel(width=8):
    return timeseries(
        'Deliveries by channel',
        'Delivered recipients, a minute, local and remote.',
        [(f'sum by (transport) (rate(mta_delivery_attempts_total{{@, hop="final", status="sent"}}{RATE})) * 60', '{{transport}}')],
        'suffix: /min',
        width,
        fill=0,
        colors=CHANNELS,
    )


def deferred_by_channel(width=8):
    return timeseries(
        'Deferred share by channel',
        (
            'Share of attempts that were deferred over 15 minutes. Local: a full disk, permissions of home directories, a `.qmail` program that'
            ' fails. Remote: see the classes beside it.'
        ),
        [(expressions.deferred_share('transport'), '{{transport}}')],
        'percentunit',
        width,
        fill=0,
        colors=CHANNELS,
    )


def lost(width=8):
    return timeseries(
        'Deliveries without a result',
        (
            'Deliveries that qmail-send began and never reported on, because it ended or was started anew, in each hour. Their mail is tried again,'
            ' some of it twice.'
        ),
        [('sum by (channel) (increase(mta_qmail_deliveries_lost_total{@source}[1h]))', '{{channel}}')],
        'short',
        width,
        fill=0,
        colors=CHANNELS,
        decimals=0,
        soft_maximum=1,
    )


def in_flight(width=8):
    return timeseries(
        'Messages under way',
        (
            'Messages with `new msg` and without `end msg`: what qmail-send has in its hands. It is the queue as the log shows it, and works without'
            ' reading the queue.'
        ),
        [('sum by (source) (mta_messages_in_flight{@})', '{{source}}')],
        'short',
        width,
        interval='1m',
    )


def lifetime(width=8):
    return heatmap(
        'How long messages stayed',
        'Messages by the time from `new msg` to `end msg`, when their last recipient was done: brighter is more.',
        f'sum by (le) (increase(mta_message_lifetime_seconds_bucket{{@}}{RATE}))',
        's',
        width,
    )


def refusals(width=8):
    return timeseries(
        'Refused by tcpserver and rblsmtpd',
        'Connections that were refused, by who did it and with which code, a minute.',
        [(f'sum by (rejected_by, code) (rate(mta_rejects_total{{@}}{RATE})) * 60 > 0', '{{rejected_by}} {{code}}')],
        'suffix: /min',
        width,
        stacked=True,
    )


def build():
    rows = [
        (
            '',
            [
                tiles.delivered(),
                tiles.deferred_now(),
                tiles.deferred_against_usual(),
                tiles.bounced_now(),
                tiles.on_time(),
                tiles.waiting(),
                tiles.oldest(),
                slots_used(),
            ],
        ),
        ('', [concurrency('remote'), graphs.in_and_out()]),
        ('Slots and time', [concurrency('local', 8), attempt_time(8), queue_time(8)]),
        ('By channel', [by_channel(), deferred_by_channel(), graphs.delivered_in_time()]),
        (
            'What fails',
            [
                graphs.reasons_first_deferred(),
                graphs.attempts_deferred_by_reason(8),
                graphs.enhanced_status(),
                graphs.reasons_bounced(),
                graphs.notices(),
                lost(),
            ],
        ),
        (
            'The queue',
            [
                graphs.queue_messages(8, 'queue', '{{queue}}'),
                graphs.queue_oldest(8, 'queue', '{{queue}}'),
                in_flight(),
                graphs.delay_heatmap(),
                lifetime(),
                graphs.queue_bytes(),
            ],
        ),
        ('+At the door, and the rest', [graphs.connections(), refusals(), graphs.received(), graphs.sizes(), graphs.problems()]),
    ]
    return dashboard(
        'mta-qmail',
        'qmail: concurrency against its limits, the time of attempts and in the queue by channel, deferrals by class, bounces.',
        rows,
        'qmail',
    )
