import { ERROR_CODES, FRAME_ERROR_CODES } from '../src/errors/error/error-codes.js';
import { CLOSE_REASONS } from '../src/realtime/gateway/close-codes.js';

/** Examples that a test has received, by error code and by close code. */
export interface ErrorExamples {
  readonly problems: Readonly<Record<string, unknown>>;
  readonly closes: Readonly<Record<string, unknown>>;
  readonly messages: Readonly<Record<string, unknown>>;
}

const HEAD = `<!-- Generated from src/errors/error/error-codes.ts and the close codes of the sockets by \`npm run generate\`. Do not edit. -->

# Errors

The examples were received by a test, \`test/infrastructure/documents/received-messages.spec.ts\`.
`;

const HTTP = `## Answers of the REST API

An error is answered as \`application/problem+json\` (RFC 9457). \`type\` is \`urn:tidings:error:\` and the code: branch on it. \`detail\` is a
human-readable text and may change. \`errors\` names each bad field with a JSON pointer. 401 has \`WWW-Authenticate\`; 429 and 503 have \`Retry-After\`, in seconds. Repeat
a POST with the same \`Idempotency-Key\`, so that it is executed once.`;

const FRAMES = `## \`error\` messages on sockets

A message that cannot be processed is answered with an \`error\` message, and the socket stays open. \`code\` is one of
${FRAME_ERROR_CODES.map((code) => `\`${code}\``).join(', ')}; the table above says which code it is for each error. \`message\` is a human-readable text. After \`rate_limited\`,
send more slowly: a client that continues is closed with 4102.`;

const CLOSES = `## Close codes

Before it closes a socket, the server sends \`disconnect\` with the same code. Follow the message, not a table in the client: \`reconnect\` says whether to
reconnect, \`retry_after_ms\` how long to wait first. The ranges also apply to codes that a client does not know: 4000 to 4099 are final, 4100
to 4199 mean back off, 4200 to 4299 mean reconnect at once and resume.`;

const OTHER_CLOSES = `These codes come without a \`disconnect\` message:

| code | meaning | reconnect |
| --- | --- | --- |
| 1000 | The client closed the socket. | optional |
| 1002, 1007, 1008 | The client violated the WebSocket protocol: an invalid frame, text that is not UTF-8, too many fragments. | no: correct the client |
| 1006 | No close frame arrived: the connection broke, or the handshake was refused (browsers do not show its HTTP status). | yes, with an increasing delay |
| 1009 | The message was larger than \`MAX_MESSAGE_BYTES\`. | no: send smaller messages |`;

const HANDSHAKES = `## Answers to the handshake

| status | meaning | reconnect |
| --- | --- | --- |
| 403 | The \`Origin\` is not allowed (\`ALLOWED_HOSTS\`). | no |
| 404 | There is no socket at this path. | no |
| 503 | The node is full or shutting down; \`Retry-After\` differs from client to client. | after \`Retry-After\` |

If the token is missing or invalid, the handshake succeeds and the socket is closed with 4001, because browsers cannot read the HTTP status of a
handshake.`;

const json = (value: unknown): string => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

/** The content of docs/errors.md. */
export function errorPage({ problems, closes, messages }: ErrorExamples): string {
  const codes = Object.entries(ERROR_CODES).map(([code, { status, meaning, retry, frameCode, closeCode }]) =>
    row([`\`${code}\``, status, meaning, retry, `\`${frameCode}\``, closeCode]),
  );
  const closeCodes = Object.values(CLOSE_REASONS).map(({ code, reason, meaning, reconnect, retryAfterMs }) =>
    row([code, reason, meaning, reconnect ? 'yes' : 'no', reconnect ? `${String(retryAfterMs)} ms` : '']),
  );
  const codeTable = [
    '| code | HTTP | meaning | send again | on sockets | closes with |',
    '| --- | --- | --- | --- | --- | --- |',
  ];
  const closeTable = ['| code | reason | meaning | reconnect | wait |', '| --- | --- | --- | --- | --- |'];
  const problemExamples = Object.entries(problems).map(([code, problem]) => `\`${code}\`:\n\n${json(problem)}`);
  const closeExamples = ['```json', ...Object.values(closes).map((frame) => JSON.stringify(frame)), '```'].join('\n');
  return (
    [
      HEAD.trimEnd(),
      HTTP,
      [...codeTable, ...codes].join('\n'),
      '"On sockets" is the `code` of the `error` message if the error concerns a message, "closes with" the close code if it concerns the handshake.',
      FRAMES,
      json(messages['server.error']),
      CLOSES,
      [...closeTable, ...closeCodes].join('\n'),
      closeExamples,
      OTHER_CLOSES,
      HANDSHAKES,
      '## Examples of problem details',
      ...problemExamples,
    ].join('\n\n') + '\n'
  );
}
