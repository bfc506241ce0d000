import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** Names that a project of jest.config.js may define in `globals`. */
const NAMES = ['tidingsStack'];

/**
 * Runs specs in the realm of the worker instead of a separate context, so that modules are loaded once for all specs of
 * a worker. Changes of a spec to the global object are reverted.
 */
export default class WorkerEnvironment {
  global = globalThis;
  moduleMocker = new ModuleMocker(globalThis);
  fakeTimers = null;

  constructor({ projectConfig }) {
    this.before = { console: globalThis.console, exit: process.exit, stackTraceLimit: Error.stackTraceLimit };
    for (const name of NAMES) globalThis[name] = projectConfig.globals[name];
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  async setup() {}

  async teardown() {
    this.moduleMocker.restoreAllMocks();
    this.fakeTimersModern.dispose();
    globalThis.console = this.before.console;
    process.exit = this.before.exit;
    Error.stackTraceLimit = this.before.stackTraceLimit;
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
}
