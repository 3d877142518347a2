"""Postfix's showq(8) of Postfix 3, as one who asks it sees it: at public/showq of a spool."""
import socket
import threading


def record(queue, number, size, arrival):
    """What it tells of one message."""
    fields = ('queue_name', queue, 'queue_id', '%011X' % number, 'time', str(arrival), 'size', str(size), 'forced_expire', '0',
              'sender', 'a@example.org', 'recipient', 'b@example.com', 'reason', 'connection refused', '')
    return ''.join(field + '\0' for field in fields).encode()


class Showq:
    """Tells every client the same records; with None it takes the connection and says nothing."""

    def __init__(self, spool, records):
        (spool / 'public').mkdir(parents=True)
        self.path = spool / 'public/showq'
        self.records, self.clients = records, []
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(self.path))
        self.listener.listen()
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.clients.append(client)
            if self.records is not None:
                with client:
                    client.sendall(b'protocol\0mail_queue_list_protocol\0\0' + b''.join(self.records) + b'\0')

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        for each in (self.listener, *self.clients):
            each.close()
