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
unknown types. A client may add a \`request_id\` to any message; the answer contains the same \`request_id\`.

## Addresses

The trailing slash of an address is optional.

## Authentication

A handshake can carry a token in four ways, which are checked in this order: \`?token=\`, \`Authorization: Bearer\`, the
subprotocol \`bearer.<jwt>\` next to \`${SUBPROTOCOL}\` (the server selects the latter), the cookie \`access_token\`.
WebSocket tokens (GET /api/realtime/token/) and tokens of an outside issuer are accepted in all four ways, access tokens only in
the header and the cookie. A cookie is accepted only with an Origin header of an allowed host.

If the token is missing or invalid, the socket receives \`disconnect\` and is closed with 4001. Before the upgrade, the server
answers 403 for a rejected origin, 404 for an unknown path, and 503 with Retry-After if the node is full or draining.

## Resume

Durable messages carry a \`position\`. To resume, reconnect with the last position as \`?since=\`. \`connection_established\`
then contains \`resumed: true\`, and the missed messages follow, in order and each once.

## Close codes

Before it closes a socket, the server sends \`disconnect\` with the same content.

code | reason | reconnect | after ms | meaning
--- | --- | --- | --- | ---
${closeCodeRows.join('\n')}

Closes without a \`disconnect\`: 1002, 1007 and 1009 (message too big) for protocol errors, and 1000 after a close by the client.`;

/** Sentences for the description of a channel, by its `authentication`. */
export function channelNotes(authentication: RealtimeGateway['authentication'] = 'required'): string[] {
  const token = { required: 'Requires a token.', optional: 'A token is optional.', none: 'Requires no token.' };
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
    token: { type: 'string', description: 'The token, if it is not sent in another way' },
    since: { type: 'string', description: 'The position to resume from' },
  },
};
