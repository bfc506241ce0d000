import type { Case, Finding } from './cases/cases.js';
import type { FuzzService } from './fuzz-service.js';
import type { References } from './cases/references.js';

/** A finding with the smallest case found for it. */
export interface Failure extends Finding {
  readonly seed: number;
  readonly path: string;
  readonly smallest: Case;
  times: number;
}

/** The first line that describes the error, without parts that differ between runs. */
export function signatureOf(lines: readonly string[]): string {
  const told = lines.find((line) => /ERROR|FATAL|Error|Warning/.test(line)) ?? lines[0] ?? '';
  return told
    .replace(/^.*?(ERROR|FATAL|WARN)/, '$1')
    .replace(/[0-9a-f-]{16,}|\d+/g, 'n')
    .slice(0, 120);
}

/** The error, how to repeat it, and the smallest case as a shell command. */
export function describe(failure: Failure, service: FuzzService, references: References, isShrunk: boolean): string {
  const { severity, signature, detail, seed, path, smallest } = failure;
  const how = isShrunk ? 'shrunk' : 'did not fail again alone';
  const header = `${severity === 'server' ? 'SERVER ERROR' : 'NOT AS DOCUMENTED'} ${signature} (--seed ${String(seed)}, case ${path}, ${how})`;
  return [header, `  ${detail}`, `  ${reproduction(smallest, service, references)}`].join('\n');
}

/** The case as a shell command. */
function reproduction(one: Case, service: Pick<FuzzService, 'url'>, references: References): string {
  const { url } = service;
  const quoted = (text: string): string => `'${references.resolve(text).replaceAll("'", "'\\''")}'`.slice(0, 3_000);
  if (one.kind === 'raw')
    return `printf ${quoted(JSON.stringify(one.text))} | nc ${new URL(url).host.replace(':', ' ')}`;
  if (one.kind === 'story')
    return one.steps.map(({ request }) => reproduction(request, service, references)).join('\n  ');
  if (one.kind === 'socket')
    return `wscat as ${one.actor} ${url.replace('http', 'ws')}${references.resolve(one.path)} ${one.frames.map(quoted).join(' ')}`;
  const headers = Object.entries(one.headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`);
  const body = one.body === null ? [] : [`--data-binary ${quoted(one.body)}`];
  return [`curl -X ${one.method} as ${one.actor}`, ...headers, ...body, quoted(url + one.path)].join(' ');
}
