import { pointerToken } from '../../errors/storable-text.js';

/** The pointer to a member of the value at `parent`. */
export function pointerTo(parent: string, name: string): string {
  // An unpaired surrogate cannot be percent-encoded.
  return `${parent}/${pointerToken(name.replaceAll(/\p{Surrogate}/gu, '\ufffd'))}`;
}
