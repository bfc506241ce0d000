import { ConsoleLogger } from '@nestjs/common';
import { InvalidSettings } from './config/invalid-settings.js';
import { DatabaseStartFailed } from './database/database-start-failed.js';

/** What Nest tells at every start, a line per route and module; nobody reads it, and it hides what somebody should. */
const CHATTER = new Set(['InstanceLoader', 'RoutesResolver', 'RouterExplorer', 'WebSocketsController', 'NestFactory']);

/** Lines for people in development, JSON for machines in production, and in tests only what went wrong. */
export class ServiceLogger extends ConsoleLogger {
  constructor(nodeEnv: 'development' | 'production' | 'test') {
    super({
      json: nodeEnv === 'production',
      logLevels: nodeEnv === 'test' ? ['error', 'fatal'] : ['log', 'warn', 'error', 'fatal'],
    });
  }

  override log(message: unknown, ...optional: unknown[]): void {
    if (!CHATTER.has(String(optional.at(-1)))) super.log(message, ...optional);
  }

  /** What ends the start, and a person can mend, is told in lines by whoever started us; Nest would add its stack trace. */
  override error(message: unknown, ...optional: unknown[]): void {
    const isMendable = message instanceof InvalidSettings || message instanceof DatabaseStartFailed;
    if (!isMendable || optional.at(-1) !== 'ExceptionHandler') super.error(message, ...optional);
  }
}
