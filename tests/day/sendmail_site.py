"""A department's mail host with sendmail 8.17 at LogLevel 9.  Line shapes: recorded."""
from dataclasses import dataclass, field

from internet import Answer
from people import People
from queue_truth import QueueTruth
from simulation import arrivals, flat

HOST = 'mxhost'
DOMAIN = 'dept.example.org'
QUEUE_RUN = 900
DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwx'


def clock(seconds):
    """delay= and xdelay=: whole seconds, days in front."""
    whole = int(seconds)
    days = f'{whole // 86400}+' if whole >= 86400 else ''
    return f'{days}{whole % 86400 // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}'


@dataclass
class Message:
    queue_id: str
    sender: str
    size: int
    arrival: float
    pending: list = field(default_factory=list)  # of (recipients, deliver function)
    attempts: int = 0
    priority: int = 30018


class SendmailSite:

    def __init__(self, simulation, internet, log, per_day):
        self.simulation, self.internet, self._log = simulation, internet, log
        self.people = People(simulation.random)
        self.random = simulation.random
        self.queues = QueueTruth(('mqueue', 'clientmqueue'))
        self._waiting = []
        self._sequence = 0
        arrivals(simulation, per_day * 0.5, self.receive)
        arrivals(simulation, per_day * 0.4, self.submit)
        arrivals(simulation, per_day * 0.1, self.command_line, flat)
        arrivals(simulation, per_day * 0.3, self.turn_away, flat)
        arrivals(simulation, per_day * 0.01, self.guess_password, flat)
        internet.during('password_attack', 0.25, self.guess_password)
        internet.during('sendmail_load', 1 / 15, self.refuse_for_load)
        self.log('starting daemon (8.17.1.9): SMTP+queueing@00:15:00')
        simulation.after(QUEUE_RUN, self.run_queue)

    def log(self, text, tag='sm-mta', pid=None):
        self._log(f'{tag}[{pid or self.people.pid()}]: {text}')

    def queue_id(self):
        at = int(self.simulation.now)
        self._sequence = (self._sequence + 1) % 3600
        day, second = at // 86400 % 30 + 1, at % 86400
        return ('6A' + DIGITS[day] + DIGITS[second // 3600] + DIGITS[second % 3600 // 60] + DIGITS[second % 60] +
                DIGITS[self._sequence // 60] + DIGITS[self._sequence % 60] + f'{self.people.pid():06d}')

    # --- how mail comes in

    def overloaded(self):
        return self.internet.active('sendmail_load')

    def receive(self):
        if self.overloaded() and self.people.chance(0.85):
            return
        sender, client, pid = self.internet.somebody(), self.people.client(), self.people.pid()
        relay = f'mail.{sender.domain} [{client}]'
        if sender.secure:
            self.log(f'STARTTLS=server, relay={relay}, version=TLSv1.3, verify=NO, cipher=TLS_AES_256_GCM_SHA384, bits=256/256', pid=pid)
        message = self.taken(f'{self.people.name()}@{sender.domain}', 'ESMTPS' if sender.secure else 'ESMTP', relay, pid)
        if self.people.chance(0.04):
            self.log(f'{message.queue_id}: Milter: data, reject=554 5.7.1 Spam message rejected', pid=pid)
            self.log(f'{message.queue_id}: to=<{self.people.name()}@{DOMAIN}>, delay=00:00:01, pri=30312, stat=Spam message rejected', pid=pid)
            return
        self.log(f'{message.queue_id}: Milter (opendkim) insert (1): header: Authentication-Results:  {HOST}.{DOMAIN}; dkim=pass', pid=pid)
        deliver = self.to_program if self.people.chance(0.05) else self.to_mailbox
        self.accept(message, [([f'{self.people.name()}@{DOMAIN}'], deliver)])

    def submit(self):
        if self.overloaded() and self.people.chance(0.85):
            return
        user, client, pid = self.people.name(), self.people.client(), self.people.pid()
        relay = f'client{self.random.randrange(99)}.isp.example [{client}]'
        self.log(f'STARTTLS=server, relay={relay}, version=TLSv1.3, verify=NO, cipher=TLS_AES_256_GCM_SHA384, bits=256/256', pid=pid)
        self.log(f'AUTH=server, relay={relay}, authid={user}@{HOST}.{DOMAIN}, mech={self.people.mechanism()}, bits=0', pid=pid)
        message = self.taken(f'{user}@{DOMAIN}', 'ESMTPSA', relay, pid)
        self.log(f'{message.queue_id}: Milter (opendkim) insert (1): header: DKIM-Signature:  v=1; a=rsa-sha256; d={DOMAIN}', pid=pid)
        destination = self.internet.somebody()
        recipients = [f'{self.people.name()}{self.random.randrange(90)}@{destination.domain}' for _ in range(self.random.choice((1, 1, 1, 2)))]
        self.accept(message, [(recipients, self.remote(destination))])

    def command_line(self):
        """A local program's mail: logged by the submission program first, and again by the daemon."""
        user, pid = self.people.name(), self.people.pid()
        first, second, size = self.queue_id(), self.queue_id(), self.people.size()
        self.log(f'{first}: from={user}, size={size}, class=0, nrcpts=1, msgid=<{first}@{HOST}.{DOMAIN}>, relay={user}@localhost', 'sendmail', pid)
        message = Message(second, f'{user}@{HOST}.{DOMAIN}', size + 300, self.simulation.now)
        self.log(f'{second}: from=<{message.sender}>, size={message.size}, class=0, nrcpts=1, msgid=<{first}@{HOST}.{DOMAIN}>, proto=ESMTP, daemon=MTA-v4, relay=localhost [127.0.0.1]')
        self.log(f'{first}: to=root, ctladdr={user} (1000/1000), delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30029, relay=[127.0.0.1] [127.0.0.1], dsn=2.0.0, '
                 f'stat=Sent ({second} Message accepted for delivery)', 'sendmail', pid)
        self.accept(message, [([f'root@{HOST}.{DOMAIN}'], self.to_mailbox)])

    def taken(self, sender, protocol, relay, pid):
        message = Message(self.queue_id(), sender, self.people.size(), self.simulation.now)
        self.log(f'{message.queue_id}: from=<{sender}>, size={message.size}, class=0, nrcpts=1, msgid=<{self.people.hexadecimal(10)}@{sender.partition("@")[2]}>, '
                 f'proto={protocol}, daemon=MTA-v4, relay={relay}', pid=pid)
        return message

    def accept(self, message, jobs):
        message.pending = jobs
        self.queues.put('mqueue', message.queue_id, message.arrival, message.size)
        if self.overloaded():
            for recipients, _ in jobs:
                self.log(f'{message.queue_id}: {self.addressed(recipients)}, delay=00:00:00, mailer=esmtp, pri={message.priority}, stat=queued')
            self._waiting.append(message)
        else:
            self.attempt(message)

    # --- deliveries

    def run_queue(self):
        self.simulation.after(QUEUE_RUN, self.run_queue)
        if self.overloaded():
            return
        waiting, self._waiting = self._waiting, []
        for number, message in enumerate(waiting):
            self.simulation.after(1 + number * 0.3, self.attempt, message)

    @staticmethod
    def addressed(recipients):
        return 'to=' + ','.join(f'<{recipient}>' for recipient in recipients)

    def attempt(self, message):
        jobs, message.pending, message.attempts = message.pending, [], message.attempts + 1
        for recipients, deliver in jobs:
            deliver(message, recipients, deliver)

    def finish(self, message, recipients, deliver, seconds, mailer, relay, answer, stat):
        def write():
            message.priority += 90000 if answer.status == 'deferred' else 0
            reply = f'reply={answer.reply}, ' if answer.kind == 'reply' and answer.code >= 400 else ''
            self.log(f'{message.queue_id}: {self.addressed(recipients)}, delay={clock(self.simulation.now - message.arrival)}, xdelay={clock(seconds + 0.5)}, '
                     f'mailer={mailer}, pri={message.priority}, {relay}dsn={answer.enhanced}, {reply}stat={stat}')
            if answer.status == 'deferred':
                message.pending.append((recipients, deliver))
                self._waiting.append(message)
                return
            if answer.status == 'bounced':
                self.bounce(message, stat)
            self.queues.remove(message.queue_id)
        self.simulation.after(seconds, write)

    def remote(self, destination):
        def deliver(message, recipients, again):
            answer = self.internet.answer(destination, message.attempts)
            if answer.kind == 'reply' and answer.code < 400 and destination.secure:
                self.log(f'STARTTLS=client, relay={destination.mx}., version=TLSv1.3, verify={"OK" if self.people.chance(0.8) else "FAIL"}, cipher=TLS_AES_256_GCM_SHA384, bits=256/256')
            relay = f'relay={destination.mx}. [{destination.address}], '
            stat = {
                'refused': f'Deferred: Connection refused by {destination.mx}.',
                'timeout': f'Deferred: Connection timed out with {destination.mx}.',
                'dns': f'Deferred: Name server: {destination.domain}.: host name lookup failure',
                'no_domain': f'Host unknown (Name server: {destination.domain}.: host not found)',
                'reply': f'Sent (Ok: queued as {self.people.hexadecimal(9)})',
            }[answer.kind]
            if answer.kind == 'reply' and answer.status == 'deferred':
                stat = f'Deferred: {answer.reply}'
            elif answer.kind == 'reply' and answer.status == 'bounced':
                stat = 'User unknown' if answer.enhanced == '5.1.1' else 'Service unavailable'
            self.finish(message, recipients, again, answer.connect + answer.transfer, 'esmtp', relay, answer, stat)
        return deliver

    def to_mailbox(self, message, recipients, again):
        self.finish(message, recipients, again, self.internet.seconds(0.2), 'local', '', Answer(), 'Sent')

    def to_program(self, message, recipients, again):
        if self.people.chance(0.05):
            failed = Answer(kind='timeout', enhanced='4.0.0')
            self.finish(message, recipients, again, 1.0, 'prog', '', failed, 'Deferred: prog mailer (/bin/sh) exited with EX_TEMPFAIL')
        else:
            self.finish(message, recipients, again, self.internet.seconds(0.8), 'prog', '', Answer(), 'Sent')

    def bounce(self, message, reason):
        notice = self.queue_id()
        self.log(f'{message.queue_id}: {notice}: DSN: {reason}')
        born = Message(notice, '', message.size + 1000, self.simulation.now)
        born.pending = [([message.sender], self.to_mailbox)]
        self.attempt(born)

    # --- what comes to nothing

    def turn_away(self):
        if self.overloaded() and self.people.chance(0.85):
            return
        client, pid, queue_id = self.people.client(), self.people.pid(), self.queue_id()
        sender, relay = f'{self.people.name()}@spam{self.random.randrange(90)}.example', f'[{client}]'
        recipient = f'{self.people.name()}{self.random.randrange(1000)}@{DOMAIN}'
        chance = self.random.random()
        if chance < 0.35:
            self.log(f'ruleset=check_relay, arg1=[{client}], arg2={client}, relay={relay}, reject=550 5.7.1 Rejected: {client} listed at zen.spamhaus.org', pid=pid)
            return
        if chance < 0.6:
            self.log(f'{queue_id}: <{recipient}>... User unknown', pid=pid)
        elif chance < 0.8:
            self.log(f'{queue_id}: ruleset=check_rcpt, arg1=<a@elsewhere.example>, relay={relay}, reject=550 5.7.1 <a@elsewhere.example>... Relaying denied', pid=pid)
        elif chance < 0.9:
            self.log(f'{queue_id}: ruleset=check_mail, arg1=<{sender}>, relay={relay}, reject=451 4.1.8 Domain of sender address {sender} does not resolve', pid=pid)
        else:
            self.log(f'{queue_id}: Milter: to=<{recipient}>, reject=451 4.7.1 Greylisting in action, please come back later', pid=pid)
        self.log(f'{queue_id}: from=<{sender}>, size=0, class=0, nrcpts=0, proto=ESMTP, daemon=MTA-v4, relay={relay}', pid=pid)

    def guess_password(self):
        client, user, queue_id, pid = self.people.client(), self.people.name(), self.queue_id(), self.people.pid()
        self.log(f'{queue_id}: AUTH failure (LOGIN): authentication failure (-13) SASL(-13): authentication failure: Password verification failed, '
                 f'user={user}@{HOST}.{DOMAIN}, relay=[{client}]', pid=pid)
        self.log(f'{queue_id}: lost input channel from [{client}] to MTA-v4 after auth', pid=pid)

    def refuse_for_load(self):
        self.log(f'rejecting connections on daemon MTA-v4: load average: {self.random.randrange(13, 24)}', pid=901)
