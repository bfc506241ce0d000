import { CLOSE_REASONS } from '../gateway/close-codes.js';
import type { RealtimeGateway } from '../gateway/gateway.js';
import { SUBPROTOCOL } from '../entry/token-source.js';

const MEANING = (code: number): string => {
  if (code < 4000 || (code >= 4100 && code < 4200)) return 'back off';
  return code < 4100 ? 'final, do not reconnect' : 'reconnect at once and resume';
};

const closeCodeRows = Object.values(CLOSE_REASONS).map(({ code, reason, reconnect, retryAfterMs }) =>
  [code, reason, reconnect ? 'yes' : 'no', reconnect ? retryAfterMs : '', MEANING(code)].join(' | '),
);

/** `info.description`, CommonMark. */
export const INTRODUCTION = `Messages are JSON text with a \`type\`. Unknown members are ignored, and clients should ignore
unknown types. A client may add a \`request_id\` to any message and gets it back in the answer.

## Addresses

The trailing slash of an address is optional.

## Authentication

A handshake carries a token in one of four ways, looked for in this order: \`?token=\`, \`Authorization: Bearer\`, the
subprotocol \`bearer.<jwt>\` offered beside \`${SUBPROTOCOL}\` (which is the one chosen), the cookie \`access_token\`.
WebSocket tokens (GET /api/realtime/token/) and those of an outside issuer are taken everywhere, access tokens in header and
cookie only. A cookie is taken only with an Origin header of an allowed host.

A missing or bad token is told on the socket: \`disconnect\`, then close 4001. Before the upgrade: 403 for a bad origin, 404 for
an unknown path, 503 with Retry-After when full or draining.

## Resume

Durable messages carry a \`position\`. Reconnect with the last one as \`?since=\`: \`connection_established\` says
\`resumed: true\`, and exactly the messages that were missed follow, in order, each once.

## Close codes

Just before it closes the server sends \`disconnect\`, which says the same.

code | reason | reconnect | after ms | in short
--- | --- | --- | --- | ---
${closeCodeRows.join('\n')}

Without a \`disconnect\`: 1002, 1007 and 1009 (message too big) for errors of the protocol, and 1000 after a close by the client.`;

/** Sentences for the description of a channel, by its `authentication`. */
export function channelNotes(authentication: RealtimeGateway['authentication'] = 'required'): string[] {
  const token = { required: 'Needs a token.', optional: 'A token is optional.', none: 'Needs no token.' };
  return [token[authentication], 'The trailing slash is optional.'];
}

export const SECURITY_SCHEMES = {
  queryToken: {
    type: 'httpApiKey',
    in: 'query',
    name: 'token',
    description: 'A WebSocket token, or one of an outside issuer. For browsers',
  },
  bearerHeader: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Any token. For apps and servers' },
  cookie: {
    type: 'httpApiKey',
    in: 'cookie',
    name: 'access_token',
    description: 'Any token, with an Origin header of an allowed host',
  },
  subprotocol: {
    type: 'httpApiKey',
    in: 'header',
    name: 'Sec-WebSocket-Protocol',
    description: `\`${SUBPROTOCOL}, bearer.<jwt>\`: a WebSocket token, or one of an outside issuer`,
  },
};

/** Any one of the schemes is sufficient. */
export const AUTHENTICATION = Object.keys(SECURITY_SCHEMES).map((name) => ({
  $ref: `#/components/securitySchemes/${name}`,
}));

/** The query parameters of a handshake. */
export const QUERY = {
  type: 'object',
  properties: {
    token: { type: 'string', description: 'The token, where it comes no other way' },
    since: { type: 'string', description: 'The position to resume from' },
  },
};
