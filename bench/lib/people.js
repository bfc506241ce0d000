import jwt from 'jsonwebtoken';
import { query } from './infrastructure.js';

export const JWT_SECRET = 'a-secret-for-benchmarks-of-at-least-32-bytes';
const LIFE_SECONDS = 12 * 60 * 60;

/**
 * Creates `count` users with one session each; `user-0` is an administrator. Uses two statements, because registering
 * would need argon2 for each user.
 */
export async function createPeople(databaseUrl, count) {
  const far = `now() + interval '1 day'`;
  await query(
    databaseUrl,
    `insert into users (id, email, name, role)
     select 'user-' || n, 'user-' || n || '@example.com', 'User ' || n, case n when 0 then 'admin' else 'customer' end
     from generate_series(0, ${count - 1}) n`,
    `insert into sessions (id, user_id, expires_at)
     select 'session-' || n, 'user-' || n, ${far} from generate_series(0, ${count - 1}) n`,
    'analyze users',
    'analyze sessions',
  );
}

export function userIds(count) {
  return Array.from({ length: count }, (_, index) => `user-${index}`);
}

/** The token that `GET realtime/token/` would return. */
export function webSocketToken(index) {
  return sign(index, 'websocket');
}

/** The token that a login would return. */
export function accessToken(index) {
  return sign(index, 'access');
}

function sign(index, type) {
  const role = index === 0 ? 'admin' : 'customer';
  const claims = { sub: `user-${index}`, sid: `session-${index}`, role, token_type: type, jti: `${type}-${index}` };
  return jwt.sign(claims, JWT_SECRET, { algorithm: 'HS256', expiresIn: LIFE_SECONDS });
}
