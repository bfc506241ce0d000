/** An SMTP server that stores the Message-ID of each mail, and reports over HTTP how often each was received. */
import { createServer } from 'node:http';
import { SMTPServer } from 'smtp-server';

let counts = new Map();
let total = 0;

const smtp = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  logger: false,
  onData: (stream, _session, callback) => {
    let text = '';
    stream.on('data', (part) => (text += part.toString('latin1')));
    stream.on('end', () => {
      const id = /^message-id: (\S+)/im.exec(text)?.[1] ?? 'none';
      counts.set(id, (counts.get(id) ?? 0) + 1);
      total += 1;
      callback();
    });
  },
});
// Killed clients break their connections.
smtp.on('error', () => undefined);

const http = createServer((request, response) => {
  const repeated = [...counts.values()].filter((count) => count > 1);
  const answer = { total, distinct: counts.size, repeated: repeated.length, most: Math.max(0, ...counts.values()) };
  response.end(JSON.stringify({ ...answer, smtpPort: smtp.server.address().port }));
  if (request.method === 'DELETE') {
    counts = new Map();
    total = 0;
  }
});

smtp.listen(0, '127.0.0.1', () => {
  http.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${http.address().port}\n`));
});
