import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The used members of a Google service account's key file. */
export interface ServiceAccount {
  readonly projectId: string;
  readonly clientEmail: string;
  /** PKCS #8 in PEM format. */
  readonly privateKey: string;
  /** `kid` of assertions signed with the key; absent in files without it. */
  readonly privateKeyId: string | undefined;
  /** URL at which an assertion is exchanged for an access token. */
  readonly tokenUri: string;
}

const GOOGLE_TOKENS = 'https://oauth2.googleapis.com/token';

/**
 * Parses a service account from JSON, or from the JSON file with this path. Returns any other text unchanged, for the validator to
 * reject.
 */
export function parseServiceAccount(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text.startsWith('{') ? text : readFileSync(text, 'utf8'));
    return serviceAccountOf(json as Readonly<Record<string, unknown>>) ?? text;
  } catch {
    // Not readable or not JSON: the validator rejects the text.
    return text;
  }
}

export function isServiceAccount(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function serviceAccountOf(json: Readonly<Record<string, unknown>>): ServiceAccount | null {
  const { project_id, client_email, private_key, private_key_id, token_uri = GOOGLE_TOKENS } = json;
  if (typeof project_id !== 'string' || !/^[\w.:-]+$/.test(project_id)) return null;
  if (typeof client_email !== 'string' || typeof private_key !== 'string') return null;
  if (typeof token_uri !== 'string' || !/^https?:\/\//.test(token_uri) || !URL.canParse(token_uri)) return null;
  if (createPrivateKey(private_key).asymmetricKeyType !== 'rsa') return null;
  return {
    projectId: project_id,
    clientEmail: client_email,
    privateKey: private_key,
    privateKeyId: typeof private_key_id === 'string' ? private_key_id : undefined,
    tokenUri: token_uri,
  };
}
