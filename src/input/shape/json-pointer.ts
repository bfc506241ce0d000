/** The pointer to a member of the value at `parent`. */
export function pointerTo(parent: string, name: string): string {
  // An unpaired surrogate cannot be percent-encoded.
  return `${parent}/${pointerToken(name.replaceAll(/\p{Surrogate}/gu, '\ufffd'))}`;
}

/** RFC 6901: `~` and `/` in a name are escaped. Section 6: the pointer is a URI fragment, so it is percent-encoded. */
function pointerToken(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
