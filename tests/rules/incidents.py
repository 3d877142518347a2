"""What goes wrong on the sites of mail_sites.py in a month: incidents of many kinds, sizes and hours.

Each is placed where there is mail that it can touch, which says nothing of the rules: in the ten minutes from its beginning
it defers, on average, at least 20 messages where it is half of the mail or more (2 a minute), else 100; and at least one in
a hundred of the mail of the half hour before: as many are the stragglers of a burst that has just ended.
"""
from mail_sites import Incident

GAP = 8 * 60     # minutes from the end of one to the start of the next on the same site
BEGINS = 0.25    # the share of new mail from which something is an incident
WITHIN = 10      # minutes


def begins(incident):
    """The minute from which an incident is one: a slow rise is not, at first."""
    return next(m for m in range(incident.start, incident.end) if incident.share_at(m) >= BEGINS)


def touches_mail(site, incident):
    begin = begins(incident)
    deferred = sum(site.expected(m) * incident.share_at(m) for m in range(begin, begin + WITHIN))
    before = sum(site.expected(m) for m in range(max(0, begin - 30), begin))
    return deferred >= max(20 if incident.share >= 0.5 else 100, before / 100)


def destination(rng, start):
    """One large destination stops taking mail."""
    return Incident('one destination', start, rng.randrange(30, 180), rng.uniform(0.27, 0.5), rng.choice(('connection_timeout', 'remote_system')), 2)


def throttled(rng, start):
    """The large destinations take mail slowly."""
    return Incident('throttled', start, rng.randrange(60, 240), rng.uniform(0.5, 0.9), 'rate_limited', 2)


def resolver(rng, start):
    return Incident('resolver fails', start, rng.randrange(20, 60), rng.uniform(0.7, 1.0), 'dns_temporary')


def blocklisted(rng, start):
    return Incident('blocklisted', start, rng.randrange(60, 360), rng.uniform(0.27, 0.6), 'reputation', 2)


def slow_rise(rng, start):
    """From nothing to two fifths within two hours."""
    return Incident('slow rise', start, 180, rng.uniform(0.35, 0.45), 'remote_system', 120)


def disk_full(rng, start):
    return Incident('disk full', start, rng.randrange(15, 40), rng.uniform(0.5, 1.0), 'local_error')


def network(rng, start):
    return Incident('no network', start, rng.randrange(15, 60), rng.uniform(0.9, 1.0), 'connection_timeout', 2)


EVERYWHERE = (resolver, disk_full, network)
LARGE = (destination, destination, resolver, blocklisted, blocklisted, slow_rise, slow_rise, disk_full, network, destination,
         resolver, throttled)
IN_A_BURST = (destination, blocklisted, resolver, throttled)


def large(site, count, busy, fits=touches_mail):
    place(site, [LARGE[i % len(LARGE)] for i in range(count)], lambda: site.rng.randrange(site.minutes), busy, fits)


def newsletter(site, count, busy, fits=touches_mail):
    """Half of them while a burst is under way, half at any time."""
    bursts = [b for b in site.batches if b.minutes >= 25 and b.start < site.minutes - 400]
    half = count // 2 if bursts else 0
    place(site, [IN_A_BURST[i % len(IN_A_BURST)] for i in range(half)], lambda: site.rng.choice(bursts).start + site.rng.randrange(2, 10), busy, fits)
    place(site, [EVERYWHERE[i % len(EVERYWHERE)] for i in range(count - half)], lambda: site.rng.randrange(site.minutes), busy, fits)


def place(site, kinds, moment, busy, fits):
    """Adds one incident of each kind at a moment that fits, away from others and from the minutes in `busy`."""
    for kind in kinds:
        for _ in range(10000):
            made = kind(site.rng, moment())
            taken = [(i.start, i.end) for i in site.incidents] + list(busy)
            if (made.end + WITHIN < site.minutes and all(made.start > end + GAP or made.end < start - GAP for start, end in taken)
                    and fits(site, made)):
                site.incidents.append(made)
                break
        else:
            raise ValueError('no room for %s on %s' % (kind.__name__, site.name))
    site.incidents.sort(key=lambda i: i.start)
