import { pointerToken } from '../../errors/storable-text.js';

/** The pointer to a member of the value at `parent`. */
export function pointerTo(parent: string, name: string): string {
  // Half of a surrogate pair can't be percent-encoded.
  return `${parent}/${pointerToken(name.replaceAll(/\p{Surrogate}/gu, '\ufffd'))}`;
}
