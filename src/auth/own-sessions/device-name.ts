import Bowser from 'bowser';

/**
 * A short text for people, such as `Firefox 128 on Windows 10`, or the name of another program, such as `okhttp`. Null for an empty
 * header. Clients write the header themselves, so the text proves nothing.
 */
export function deviceName(userAgent: string | null): string | null {
  if (userAgent === null || userAgent.trim() === '') return null;
  const { browser, os, platform } = Bowser.parse(userAgent);
  const version = browser.version?.split('.')[0];
  const program = joined(' ', browser.name, version) || (/^[^\s/(]{1,40}/.exec(userAgent)?.[0] ?? '');
  const system = joined(' ', os.name, joined('', os.versionName) || os.version);
  const device = joined('', platform.model) || system;
  return joined(' on ', program, device) || null;
}

/** bowser returns empty texts as well as undefined. */
function joined(separator: string, ...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part.trim() !== '').join(separator);
}
