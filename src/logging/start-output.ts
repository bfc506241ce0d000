import { loggable } from '../errors/error/loggable.js';
import { ServiceLogger } from './service-logger.js';

const CONTEXT = 'Start';

/** Output of the process about its own startup and end, outside Nest's logging. */
export interface StartOutput {
  /** `listening on http://HOST:PORT`. */
  ready(text: string): void;
  /** One line per problem that the operator can solve, or an unexpected error with its stack trace. */
  failed(problem: readonly string[] | Error): void;
}

/** Plain lines on stdout and stderr. In production JSON lines like the rest of the log, so that one parser can read all of it. */
export function startOutput(isProduction: boolean): StartOutput {
  if (!isProduction) return PLAIN;
  const logger = new ServiceLogger('production');
  return {
    ready: (text) => logger.log(text, CONTEXT),
    failed: (problem) => {
      if (problem instanceof Error) logger.error(problem.message, problem.stack, CONTEXT);
      else for (const line of problem) logger.error(line, CONTEXT);
    },
  };
}

const PLAIN: StartOutput = {
  ready: (text) => process.stdout.write(`${text}\n`),
  failed: (problem) => {
    const lines = problem instanceof Error ? [problem.stack ?? problem.message] : problem;
    process.stderr.write(`${lines.join('\n')}\n`);
  },
};

/** In production, writes Node's warnings and uncaught errors as JSON lines too. An uncaught error still ends the process. */
export function logProcessEvents(isProduction: boolean): void {
  if (!isProduction) return;
  const logger = new ServiceLogger('production');
  // Node's own listener prints plain text.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => logger.warn(`${warning.name}: ${warning.message}`, 'Process'));
  process.on('uncaughtException', (error) => {
    const safe = loggable(error);
    if (safe instanceof Error) logger.error(safe.message, safe.stack, 'Process');
    else logger.error(String(safe), 'Process');
    process.exit(1);
  });
}
