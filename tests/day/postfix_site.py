"""A mail relay with Postfix: postscreen, a content filter, submission, mailboxes by LMTP.  Line shapes: Postfix 3.7, recorded."""
from dataclasses import dataclass, field

from internet import OWN_ADDRESS, OWN_DOMAIN
from people import People
from queue_truth import QueueTruth
from simulation import arrivals, flat, traffic

HOST = 'mx1'
BACKOFF = (300, 4000)  # minimal_backoff_time, maximal_backoff_time
LIFETIME = 5 * 86400


def short(seconds):
    """A number of `delays=` as Postfix prints it: at most two digits that mean something, none below 10 ms."""
    if seconds >= 10:
        return f'{seconds:.0f}'
    if seconds < 0.005:
        return '0'
    return f'{seconds:.{1 if seconds >= 0.995 else 2}f}'.rstrip('0').rstrip('.')


@dataclass
class Message:
    queue_id: str
    sender: str
    size: int
    arrival: float
    pending: list  # of (recipient, deliver function)
    attempts: int = 0
    open: int = 0  # deliveries under way
    left: list = field(default_factory=list)  # deferred in this round


class PostfixSite:

    def __init__(self, simulation, internet, log, per_day):
        self.simulation, self.internet, self._log = simulation, internet, log
        self.people = People(simulation.random)
        self.random = simulation.random
        self.queues = QueueTruth(('incoming', 'active', 'deferred', 'hold', 'maildrop', 'corrupt'))
        self.peaks = {}
        arrivals(simulation, per_day * 0.45, self.receive)
        arrivals(simulation, per_day * 0.50, self.submit)
        arrivals(simulation, per_day * 0.05, self.run_cron_job, flat)
        arrivals(simulation, per_day * 0.50, self.turn_away, flat)
        arrivals(simulation, per_day * 0.40, self.postscreen_stops, flat)
        arrivals(simulation, per_day * 0.02, self.guess_password, flat)
        internet.during('password_attack', 0.5, self.guess_password)
        internet.during('newsletter', per_day / 7000, lambda: self.submit(recipients=3))
        arrivals(simulation, 144, self.statistics, flat)
        arrivals(simulation, 40, self.postsuper, flat)
        self.log('postfix-script', 'starting the Postfix mail system')
        self.log('master', 'daemon started -- version 3.7.11, configuration /etc/postfix')

    def log(self, program, text, pid=None):
        self._log(f'postfix/{program}[{pid or self.people.pid()}]: {text}')

    def queue_id(self):
        return self.people.hexadecimal(11)

    # --- how mail comes in

    def receive(self):
        """From outside, through postscreen and the content filter to a mailbox."""
        client, sender = self.people.client(), self.internet.somebody()
        host, pid = f'mail.{sender.domain}', self.people.pid()
        self.log('postscreen', f'CONNECT from [{client}]:{self.people.port()} to [{OWN_ADDRESS}]:25', 433)
        if not self.people.chance(0.7):
            self.log('postscreen', f'PASS NEW [{client}]:{self.people.port()}', 433)
        else:
            self.log('postscreen', f'PASS OLD [{client}]:{self.people.port()}', 433)
        self.log('smtpd', f'connect from {host}[{client}]', pid)
        if sender.secure:
            version = 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)' if self.people.chance(0.9) else \
                'TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)'
            self.log('smtpd', f'Anonymous TLS connection established from {host}[{client}]: {version}', pid)
        recipient = f'{self.people.name()}@{OWN_DOMAIN}'
        sent_by = f'{self.people.name()}@{sender.domain}'
        if self.people.chance(0.04):
            self.log('smtpd', f'NOQUEUE: reject: RCPT from {host}[{client}]: 450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted, see '
                     f'http://postgrey.example/help.html; from=<{sent_by}> to=<{recipient}> proto=ESMTP helo=<{host}>', pid)
            self.log('smtpd', f'disconnect from {host}[{client}] ehlo=2 starttls=1 mail=1 rcpt=0/1 quit=1 commands=5/6', pid)
            return
        queue_id = self.queue_id()
        self.log('smtpd', f'{queue_id}: client={host}[{client}]', pid)
        seconds = self.internet.seconds(0.2)
        self.simulation.after(seconds, self.received, queue_id, sent_by, [(recipient, self.to_filter)], seconds)
        self.simulation.after(seconds + 0.05, self.log, 'smtpd', f'disconnect from {host}[{client}] ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7', pid)

    def submit(self, recipients=None):
        """A user's mail to the world."""
        client, user, pid = self.people.client(), self.people.name(), self.people.pid()
        self.log('submission/smtpd', f'connect from unknown[{client}]', pid)
        self.log('submission/smtpd', f'Anonymous TLS connection established from unknown[{client}]: TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)', pid)
        queue_id = self.queue_id()
        self.log('submission/smtpd', f'{queue_id}: client=unknown[{client}], sasl_method={self.people.mechanism()}, sasl_username={user}@{OWN_DOMAIN}', pid)
        seconds = self.internet.seconds(0.4)
        pending = []
        for _ in range(recipients or self.random.choice((1, 1, 1, 1, 2, 3))):
            destination = self.internet.somebody()
            pending.append((f'{self.people.name()}{self.random.randrange(90)}@{destination.domain}', self.remote(destination)))
        if self.people.chance(0.1):
            pending.append((f'{self.people.name()}@{OWN_DOMAIN}', self.to_mailbox))
        if self.people.chance(0.02):
            pending.append((f'tickets@tickets.{OWN_DOMAIN}', self.to_pipe))
        self.simulation.after(seconds, self.received, queue_id, f'{user}@{OWN_DOMAIN}', pending, seconds)
        self.simulation.after(seconds + 0.05, self.log, 'submission/smtpd', f'disconnect from unknown[{client}] ehlo=2 starttls=1 auth=1 mail=1 '
                              f'rcpt={len(pending)} data=1 quit=1 commands={len(pending) + 7}', pid)

    def run_cron_job(self):
        queue_id = self.queue_id()
        self.log('pickup', f'{queue_id}: uid=0 from=<root>')
        if self.people.chance(0.3):
            pending = [(f'newsletter-{self.people.name()}@virtual.example', self.to_virtual)]
        else:
            pending = [(f'root@{HOST}.{OWN_DOMAIN}', self.to_local)]
        self.received(queue_id, f'root@{HOST}.{OWN_DOMAIN}', pending, 0.03)

    def received(self, queue_id, sender, pending, seconds):
        """cleanup has it all; the queue manager takes it up, unless a check stops it."""
        pid, size = self.people.pid(), self.people.size()
        self.log('cleanup', f'{queue_id}: message-id=<{queue_id}.{size}@{sender.partition("@")[2] or HOST}>', pid)
        action = self.random.random()
        if action < 0.012:
            if action < 0.006:
                self.log('cleanup', f'{queue_id}: milter-reject: END-OF-MESSAGE from unknown[198.18.9.9]: 5.7.1 rejected by DMARC policy for {sender.partition("@")[2]}; '
                         f'from=<{sender}> to=<{pending[0][0]}> proto=ESMTP helo=<mail.{sender.partition("@")[2]}>', pid)
            elif action < 0.009:
                self.log('cleanup', f'{queue_id}: reject: header Subject: You have won from unknown[198.18.9.9]; from=<{sender}> to=<{pending[0][0]}> '
                         'proto=ESMTP helo=<friend>: 5.7.1 we do not want that', pid)
            else:
                self.log('cleanup', f'{queue_id}: discard: header Subject: auto reply from unknown[198.18.9.9]; from=<{sender}> to=<{pending[0][0]}> '
                         'proto=ESMTP helo=<friend>: no auto replies', pid)
            return
        if action < 0.03:
            self.log('cleanup', f'{queue_id}: warning: header X-Mailer: bulk from unknown[198.18.9.9]; from=<{sender}> to=<{pending[0][0]}> proto=ESMTP helo=<bulk>: bulk mail', pid)
        message = Message(queue_id, sender, size, self.simulation.now - seconds, pending)
        self.queues.put('incoming', queue_id, message.arrival, size)
        self.simulation.after(0.01, self.activate, message)

    # --- the queue manager

    def activate(self, message):
        message.attempts += 1
        message.left, message.open = [], len(message.pending)
        self.queues.put('active', message.queue_id, message.arrival, message.size)
        self.log('qmgr', f'{message.queue_id}: from=<{message.sender}>, size={message.size}, nrcpt={len(message.pending)} (queue active)', 434)
        began = self.simulation.now
        for number, (recipient, deliver) in enumerate(message.pending):
            waited = 0.01 + number * 0.02 + (self.internet.seconds(0.5) if self.queues.count('active') > 80 else 0)
            deliver(message, recipient, deliver, began, waited)

    def finish(self, message, recipient, deliver, began, waited, program, relay, connect, transfer, dsn, status, text):
        """Writes the result of one delivery when it is due."""
        def write():
            before = began - message.arrival
            delay = before + waited + connect + transfer
            delays = '/'.join(map(short, (before, waited, connect, transfer)))
            self.log(program, f'{message.queue_id}: to=<{recipient}>, relay={relay}, delay={short(delay)}, delays={delays}, dsn={dsn}, status={status} ({text})')
            if status == 'deferred':
                message.left.append((recipient, deliver))
            elif status == 'bounced':
                self.bounce(message)
            message.open -= 1
            if not message.open:
                self.all_tried(message)
        self.simulation.after(waited + connect + transfer, write)

    def all_tried(self, message):
        age = self.simulation.now - message.arrival
        if not message.left:
            self.log('qmgr', f'{message.queue_id}: removed', 434)
            self.queues.remove(message.queue_id)
            return
        if age > LIFETIME:
            self.log('qmgr', f'{message.queue_id}: from=<{message.sender}>, status=expired, returned to sender', 434)
            self.bounce(message)
            self.log('qmgr', f'{message.queue_id}: removed', 434)
            self.queues.remove(message.queue_id)
            return
        message.pending = message.left
        self.queues.put('deferred', message.queue_id, message.arrival, message.size)
        self.simulation.after(min(max(BACKOFF[0], age), BACKOFF[1]) * self.random.uniform(1, 1.2), self.activate, message)

    def bounce(self, message):
        if not message.sender:
            return
        notice, pid = self.queue_id(), self.people.pid()
        self.log('cleanup', f'{notice}: message-id=<{notice}@{HOST}.{OWN_DOMAIN}>', pid)
        self.log('bounce', f'{message.queue_id}: sender non-delivery notification: {notice}', pid)
        deliver = self.to_mailbox if message.sender.endswith(OWN_DOMAIN) else self.remote(self.internet.somebody())
        born = Message(notice, '', message.size + 2000, self.simulation.now, [(message.sender, deliver)])
        self.simulation.after(0.01, self.activate, born)

    # --- deliveries: each ends in finish()

    def remote(self, destination):
        def deliver(message, recipient, again, began, waited):
            answer = self.internet.answer(destination, message.attempts)
            host = f'{destination.mx}[{destination.address}]'
            connect, transfer, dsn = answer.connect, answer.transfer, answer.enhanced
            program, relay = 'smtp', f'{host}:25'
            if answer.kind == 'reply' and answer.code < 400:
                if destination.secure and self.people.chance(0.4):
                    self.log('smtp', f'{"Trusted" if self.people.chance(0.8) else "Untrusted"} TLS connection established to {host}:25: TLSv1.3 with cipher '
                             'TLS_AES_256_GCM_SHA384 (256/256 bits)')
                text = f'250 2.0.0 OK {self.people.hexadecimal(12)}'
            elif answer.kind == 'reply':
                text = f'host {host} said: {answer.reply} (in reply to {answer.command})'
            elif answer.kind in ('refused', 'timeout'):
                text = f'connect to {host}:25: Connection {"refused" if answer.kind == "refused" else "timed out"}'
                relay = 'none'
                if answer.kind == 'timeout' and self.people.chance(0.5):
                    program, text, connect = 'error', f'delivery temporarily suspended: {text}', 0.0
                else:
                    self.simulation.after(connect, self.log, 'smtp', text)
            else:
                relay = 'none'
                text = f'Host or domain name not found. Name service error for name={destination.domain} type=MX: Host not found'
                text += ', try again' if answer.kind == 'dns' else ''
            self.finish(message, recipient, again, began, waited, program, relay, connect, transfer, dsn, answer.status, text)
        return deliver

    def to_filter(self, message, recipient, again, began, waited):
        """The content filter takes it and hands it back in: a message of its own, with a queue id of its own."""
        copy, seconds = self.queue_id(), self.internet.seconds(0.9)

        def hand_back():
            pid = self.people.pid()
            self.log('smtpd', f'connect from localhost[127.0.0.1]', pid)
            self.log('smtpd', f'{copy}: client=localhost[127.0.0.1]', pid)
            self.received(copy, message.sender, [(recipient, self.to_mailbox)], 0.02)
            self.log('smtpd', f'disconnect from localhost[127.0.0.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5', pid)
        self.simulation.after(waited + seconds, hand_back)
        self.finish(message, recipient, again, began, waited, 'smtp', '127.0.0.1[127.0.0.1]:10024', 0.0, seconds + 0.01, '2.0.0', 'sent',
                    f'250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as {copy}')

    def to_mailbox(self, message, recipient, again, began, waited):
        chance, seconds = self.random.random(), self.internet.seconds(0.04)
        dsn, status, text = '2.0.0', 'sent', f'250 2.0.0 <{recipient}> {self.people.hexadecimal(16)} Saved'
        if chance < 0.002:
            dsn, status, text = '4.2.2', 'deferred', f'host {HOST}.{OWN_DOMAIN}[private/dovecot-lmtp] said: 452 4.2.2 <{recipient}> Quota exceeded (mailbox for user is full) (in reply to end of DATA command)'
        elif chance < 0.005:
            dsn, status, text = '5.1.1', 'bounced', f"host {HOST}.{OWN_DOMAIN}[private/dovecot-lmtp] said: 550 5.1.1 <{recipient}> User doesn't exist: {recipient} (in reply to RCPT TO command)"
        self.finish(message, recipient, again, began, waited, 'lmtp', f'{HOST}.{OWN_DOMAIN}[private/dovecot-lmtp]', 0.01, seconds, dsn, status, text)

    def to_local(self, message, recipient, again, began, waited):
        self.finish(message, recipient, again, began, waited, 'local', 'local', 0.0, self.internet.seconds(0.02), '2.0.0', 'sent', 'delivered to mailbox')

    def to_virtual(self, message, recipient, again, began, waited):
        self.finish(message, recipient, again, began, waited, 'virtual', 'virtual', 0.0, self.internet.seconds(0.02), '2.0.0', 'sent', 'delivered to maildir')

    def to_pipe(self, message, recipient, again, began, waited):
        seconds = self.internet.seconds(1.2)
        if self.people.chance(0.03):
            self.finish(message, recipient, again, began, waited, 'pipe', 'tickets', 0.0, seconds, '4.3.0', 'deferred', 'temporary failure. Command output: database is locked')
        else:
            self.finish(message, recipient, again, began, waited, 'pipe', 'tickets', 0.0, seconds, '2.0.0', 'sent', 'delivered via tickets service')

    # --- what comes to nothing

    REFUSALS = (
        (40, '554 5.7.1 Service unavailable; Client host [{client}] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/{client}'),
        (25, '550 5.1.1 <{recipient}>: Recipient address rejected: User unknown in virtual mailbox table'),
        (14, '554 5.7.1 <{recipient}>: Relay access denied'),
        (10, '450 4.7.25 Client host rejected: cannot find your hostname, [{client}]'),
        (6, '504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname'),
        (3, '450 4.1.8 <{sender}>: Sender address rejected: Domain not found'),
        (2, '550 5.7.23 <{recipient}>: Recipient address rejected: Message rejected due to: SPF fail - not authorized'),
    )

    def turn_away(self):
        client, pid = self.people.client(), self.people.pid()
        recipient, sender = f'{self.people.name()}{self.random.randrange(1000)}@{OWN_DOMAIN}', f'{self.people.name()}@spam{self.random.randrange(90)}.example'
        text = self.random.choices([text for _, text in self.REFUSALS], [weight for weight, _ in self.REFUSALS])[0].format(client=client, recipient=recipient, sender=sender)
        self.log('smtpd', f'connect from unknown[{client}]', pid)
        if self.people.chance(0.02):
            self.log('smtpd', f'lost connection after EHLO from unknown[{client}]', pid)
            self.log('smtpd', f'disconnect from unknown[{client}] ehlo=1 commands=1', pid)
            return
        self.log('smtpd', f'NOQUEUE: reject: RCPT from unknown[{client}]: {text}; from=<{sender}> to=<{recipient}> proto=ESMTP helo=<[{client}]>', pid)
        self.log('smtpd', f'disconnect from unknown[{client}] ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4', pid)

    def postscreen_stops(self):
        client, port = self.people.client(), self.people.port()
        where = f'[{client}]:{port}'
        self.log('postscreen', f'CONNECT from {where} to [{OWN_ADDRESS}]:25', 433)
        chance = self.random.random()
        if chance < 0.45:
            self.log('postscreen', f'PREGREET 11 after 0.06 from {where}: EHLO User\\r\\n', 433)
        elif chance < 0.8:
            self.log('postscreen', f'DNSBL rank 5 for {where}', 433)
            self.log('postscreen', f'NOQUEUE: reject: RCPT from {where}: 550 5.7.1 Service unavailable; client [{client}] blocked using zen.spamhaus.org; '
                     f'from=<spam@spam.example>, to=<{self.people.name()}@{OWN_DOMAIN}>, proto=ESMTP, helo=<User>', 433)
        elif chance < 0.92:
            self.log('postscreen', f'HANGUP after {self.random.uniform(0, 3):.1f} from {where} in tests before SMTP handshake', 433)
        else:
            self.log('postscreen', f'NON-SMTP COMMAND from {where} after CONNECT: GET / HTTP/1.1', 433)
        self.log('postscreen', f'DISCONNECT {where}', 433)

    def guess_password(self):
        client, pid = self.people.client(), self.people.pid()
        self.log('submission/smtpd', f'connect from unknown[{client}]', pid)
        self.log('submission/smtpd', f'warning: unknown[{client}]: SASL LOGIN authentication failed: authentication failure, sasl_username={self.people.name()}@{OWN_DOMAIN}', pid)
        self.log('submission/smtpd', f'lost connection after AUTH from unknown[{client}]', pid)
        self.log('submission/smtpd', f'disconnect from unknown[{client}] ehlo=1 auth=0/1 commands=1/2', pid)

    def statistics(self):
        """anvil's peaks, and an address probe for the relay's sake."""
        client, at = self.people.client(), 'Nov 22 10:55:21'
        rate = 1 + int(8 * traffic(self.simulation.hour()) + (120 if self.internet.active('password_attack') else 0))
        self.log('anvil', f'statistics: max connection rate {rate}/60s for (smtp:{client}) at {at}')
        self.log('anvil', f'statistics: max connection count {1 + rate // 4} for (smtp:{client}) at {at}')
        self.log('anvil', f'statistics: max cache size {4 + rate} at {at}')
        found = self.people.chance(0.9)
        self.log('smtp', f'{self.queue_id()}: to=<{self.people.name()}@partner.example>, relay=mx.partner.example[203.0.113.10]:25, delay=0.3, delays=0/0.01/0.2/0.1, '
                 f'dsn={"2.1.5" if found else "5.1.1"}, status={"deliverable (250 2.1.5 Ok)" if found else "undeliverable (host mx.partner.example[203.0.113.10] said: 550 5.1.1 User unknown (in reply to RCPT TO command))"}')

    def postsuper(self):
        """An administrator, and warnings of the kind every log has."""
        self.log('smtpd', f'warning: hostname host{self.random.randrange(999)}.dyn.example does not resolve to address {self.people.client()}')
