/**
 * nodemailer without anything else. A GET sends `?mails=` mails as fast as the pool permits, and is answered when all
 * are sent.
 */
import { createServer } from 'node:http';
import { createTransport } from 'nodemailer';

/** The same concurrency as the worker of the service. */
const AT_A_TIME = 50;
const transporter = createTransport(`${process.env.SMTP_URL}?pool=true&maxMessages=Infinity`);

async function send(number) {
  await transporter.sendMail({
    from: process.env.EMAIL_FROM,
    to: { name: `User ${number}`, address: `user-${number}@example.com` },
    subject: process.env.SUBJECT,
    text: process.env.TEXT,
    html: process.env.HTML,
    messageId: `<${number}@bare.example>`,
  });
}

const server = createServer(async (request, response) => {
  const mails = Number(new URL(request.url, 'http://localhost').searchParams.get('mails'));
  let next = 0;
  const loop = async () => {
    while (next < mails) await send((next += 1));
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, loop));
  response.end();
});
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening on http://127.0.0.1:${server.address().port}\n`));
