export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const FLAGS: Readonly<Record<string, boolean>> = { true: true, '1': true, false: false, '0': false };

export const parseFlag = (text: string): unknown => FLAGS[text.toLowerCase()] ?? text;

export const parseInteger = (text: string): unknown => (/^-?\d+$/.test(text) ? Number(text) : text);

export const parseNumber = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);

/** Comma separated. Spaces around items and empty items are removed. */
export function parseList(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Parses `host:port` or `[::1]:port`; returns any other text unchanged. */
export function parseHostPort(text: string): HostPort | string {
  const [, host, digits] = /^(\[[\da-fA-F:.]+\]|[^:[\]\s/@]+):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) return text;
  return { host: host.replace(/^\[|\]$/g, ''), port };
}

/** Parses a list. Returns a text without items, such as `,`, unchanged. */
export function parseItems(text: string): unknown {
  const items = parseList(text);
  return items.length === 0 && text !== '' ? text : items;
}
