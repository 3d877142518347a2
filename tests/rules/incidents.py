"""What goes wrong on the sites of mail_sites.py in a month: incidents of many kinds, sizes and hours.

Only such as can be told from noise, by this criterion: in its first six minutes an incident defers, on average, at least
MESSAGES, and four standard deviations more than mail would of which the least share fails that the rules can alert on.  The
mail of a busier half hour before counts, because it fails late: what is sent one by one is nothing beside a burst that just
ended.
"""
import math

from mail_sites import Incident

GAP = 8 * 60  # minutes from the end of one to the start of the next on the same site
WITHIN = 6    # minutes; then one until the rules have seen them, and three that the alert waits
MESSAGES = 12
DEVIATIONS = 4  # two that the alert asks for, and two lest chance hide one incident in six
PAST = 31 * 60  # minutes after which a source has one: six hours of the day before, looked at twice an hour


def least(site, minute):
    """The least share that the rules can alert on, without what they learn from incidents."""
    return max(0.15, 1.5 * site.worst_tenth) if minute >= PAST else 0.25


def noticeable(site, incident):
    """The first minute on the way to its height whose next six meet the criterion, or None."""
    return next((m for m in range(incident.start, incident.start + incident.rise) if stands_out(site, incident, m)), None)


def stands_out(site, incident, begin):
    window = range(begin, begin + WITHIN)
    deferred = sum(site.expected(m) * incident.share_at(m) for m in window)
    before = sum(site.expected(m) for m in range(max(0, begin - 30), begin)) * WITHIN / 30
    chance = least(site, begin) * max(before, sum(site.expected(m) for m in window))
    return deferred >= max(MESSAGES, chance + DEVIATIONS * math.sqrt(chance))


def destination(rng, start):
    """One large destination stops taking mail."""
    reason = rng.choice(('connection_timeout', 'remote_system', 'rate_limited'))
    return Incident('one destination', start, rng.randrange(30, 180), rng.uniform(0.15, 0.4), reason, 2)


def resolver(rng, start):
    return Incident('resolver fails', start, rng.randrange(20, 60), rng.uniform(0.7, 1.0), 'dns_temporary')


def blocklisted(rng, start):
    return Incident('blocklisted', start, rng.randrange(60, 360), rng.uniform(0.15, 0.45), 'reputation', 5)


def slow_rise(rng, start):
    """From nothing to two fifths within two hours."""
    return Incident('slow rise', start, 180, rng.uniform(0.35, 0.45), 'remote_system', 120)


def disk_full(rng, start):
    return Incident('disk full', start, rng.randrange(15, 40), rng.uniform(0.5, 1.0), 'local_error')


def network(rng, start):
    return Incident('no network', start, rng.randrange(15, 60), rng.uniform(0.9, 1.0), 'connection_timeout', 2)


EVERYWHERE = (resolver, disk_full, network)
LARGE = (destination, destination, resolver, blocklisted, blocklisted, slow_rise, slow_rise, disk_full, network, destination,
         resolver, blocklisted)
IN_A_BURST = (destination, blocklisted, resolver, network)


def large(site, count, busy):
    return place(site, [LARGE[i % len(LARGE)] for i in range(count)], lambda: site.rng.randrange(site.minutes), busy)


def newsletter(site, count, busy):
    """Half of them while a burst is under way, half at any time."""
    bursts = [b for b in site.batches if b.minutes >= 25 and b.start < site.minutes - 400]

    def in_a_burst():
        return site.rng.choice(bursts).start + site.rng.randrange(2, 10)
    half = count // 2 if bursts else 0
    return (place(site, [IN_A_BURST[i % len(IN_A_BURST)] for i in range(half)], in_a_burst, busy)
            + place(site, [EVERYWHERE[i % len(EVERYWHERE)] for i in range(count - half)], lambda: site.rng.randrange(site.minutes), busy))


def place(site, kinds, moment, busy):
    """Adds one incident of each kind, away from others and from the minutes in `busy`; how many were no incidents to detect."""
    hidden = 0
    for kind in kinds:
        for _ in range(10000):
            made = kind(site.rng, moment())
            taken = [(i.start, i.end) for i in site.incidents] + list(busy)
            if made.end + WITHIN >= site.minutes or not all(made.start > end + GAP or made.end < start - GAP for start, end in taken):
                continue
            if noticeable(site, made) is not None:
                site.incidents.append(made)
                break
            hidden += 1
        else:
            raise ValueError('no room for %s on %s' % (kind.__name__, site.name))
    site.incidents.sort(key=lambda i: i.start)
    return hidden
