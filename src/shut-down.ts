import { Logger } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import type { Settings } from './config/settings.js';

/** SIGTERM and SIGINT drain and end with exit code 0, within DRAIN_TIMEOUT; a second signal ends at once. */
export function shutDownOnSignals(app: INestApplication, settings: Settings): void {
  const logger = new Logger('Shutdown');
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(1);
    ending = true;
    logger.log(`${signal}: draining`);
    setTimeout(() => {
      logger.error('draining took longer than DRAIN_TIMEOUT');
      process.exit(1);
    }, settings.drainTimeout * 1000).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}
