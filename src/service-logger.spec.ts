import { expect, it, jest } from '@jest/globals';
import { InvalidSettings } from './config/invalid-settings.js';
import { ServiceLogger } from './service-logger.js';

it('leaves what a person can mend to the lines of the start, and tells everything else', () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const logger = new ServiceLogger('test');
  logger.error(new InvalidSettings(['NOTIFICATION_TYPES_FILE x: is no JSON.']), 'ExceptionHandler');
  expect(written).not.toHaveBeenCalled();
  logger.error(new Error('something else'), 'ExceptionHandler');
  expect(written).toHaveBeenCalledTimes(1);
  written.mockRestore();
});
