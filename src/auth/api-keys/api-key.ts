import { createHash, randomBytes } from 'node:crypto';

/** Lets people and secret scanners recognise a key. */
const MARK = 'tdk_';
const KEY = /^(tdk_[0-9a-z]{11})_[0-9a-z]{50}$/;
/** 56 bits, at most 11 digits to the base 36. */
const ID_BYTES = 7;
/** 256 bits, at most 50 digits to the base 36. */
const SECRET_BYTES = 32;

export interface NewApiKey {
  /** The whole key: `tdk_`, 11 characters that identify it, `_`, 50 characters of secret. */
  readonly key: string;
  readonly prefix: string;
  readonly hash: string;
}

/** `prefix`: that of the key to be rotated. Default: a new one. */
export function newApiKey(prefix = MARK + randomDigits(ID_BYTES, 11)): NewApiKey {
  const key = `${prefix}_${randomDigits(SECRET_BYTES, 50)}`;
  return { key, prefix, hash: hashOfKey(key) };
}

/** Whether the text can only be meant as an API key. It need not be a valid one. */
export function looksLikeApiKey(token: string): boolean {
  return token.startsWith(MARK);
}

/** The visible part of a key; null if the text does not have the form of a key. */
export function prefixOf(key: string): string | null {
  return KEY.exec(key)?.[1] ?? null;
}

/** SHA-256 in hex. A fast hash suffices, because a secret of 256 random bits cannot be guessed. */
export function hashOfKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** Letters and digits only, so that a double click selects the whole key. */
function randomDigits(bytes: number, length: number): string {
  return BigInt(`0x${randomBytes(bytes).toString('hex')}`)
    .toString(36)
    .padStart(length, '0');
}
