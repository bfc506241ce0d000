import { ConsoleLogger } from '@nestjs/common';
import { boundedMessage, LineLimit } from './bounded-log.js';

/** Contexts of Nest's messages at every startup, one line per route and module. They hide more important lines. */
const OMITTED_CONTEXTS = new Set([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
  'NestFactory',
]);

/** Maximum number of lines per level and context in ten seconds. Clients can cause some lines any number of times. */
const MOST_LINES = 100;
const WINDOW_MS = 10_000;

/** Nest logs an error that aborts startup and also throws it. The caller that starts the service reports it. */
const REPORTED_BY_CALLER = new Set(['ExceptionHandler', 'NestApplication']);

type Level = 'log' | 'warn' | 'error';

/**
 * Text lines in development, JSON in production, and only errors in tests. Length, control characters and number of lines are
 * limited, because lines contain data from clients.
 */
export class ServiceLogger extends ConsoleLogger {
  private readonly limit = new LineLimit(MOST_LINES, WINDOW_MS, (kind, lines) => {
    const [, context = ''] = kind.split(' ');
    super.warn(`${String(lines)} further lines in ${String(WINDOW_MS / 1_000)} seconds suppressed`, context);
  });

  constructor(nodeEnv: 'development' | 'production' | 'test') {
    super({
      json: nodeEnv === 'production',
      logLevels: nodeEnv === 'test' ? ['error', 'fatal'] : ['log', 'warn', 'error', 'fatal'],
    });
  }

  override log(message: unknown, ...optional: unknown[]): void {
    if (OMITTED_CONTEXTS.has(String(optional.at(-1))) || !this.allows('log', optional)) return;
    super.log(boundedMessage(message), ...optional.map(boundedMessage));
  }

  override warn(message: unknown, ...optional: unknown[]): void {
    if (this.allows('warn', optional)) super.warn(boundedMessage(message), ...optional.map(boundedMessage));
  }

  override error(message: unknown, ...optional: unknown[]): void {
    if (REPORTED_BY_CALLER.has(String(optional.at(-1)))) return;
    if (this.allows('error', optional)) super.error(boundedMessage(message), ...optional.map(boundedMessage));
  }

  private allows(level: Level, optional: readonly unknown[]): boolean {
    const context = optional.at(-1);
    return this.limit.allows(`${level} ${typeof context === 'string' ? context : ''}`);
  }
}
