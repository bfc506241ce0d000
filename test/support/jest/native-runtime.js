import { createRequire, register } from 'node:module';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { useGlobals } from './globals.js';

const require = createRequire(import.meta.url);
let loads = 0;

register('./typescript-hooks.js', import.meta.url);

/** The part of jest's runtime that jest-circus uses. It loads specs with Node's own loader. */
export class NativeRuntime {
  /** The time spent loading the spec, and the modules that it imports for the first time in this worker. */
  loadingMs = 0;

  constructor(environment) {
    this.environment = environment;
  }

  /** jest-circus keeps its state in its modules, so each spec gets a new copy. */
  requireInternalModule(path) {
    delete require.cache[path];
    delete globalThis[Symbol.for('EVENT_HANDLERS')];
    return require(path);
  }

  requireModule(path) {
    return require(path);
  }

  setGlobalsForRuntime(globals) {
    useGlobals({ ...globals, jest: jestObject(this.environment) });
  }

  unstable_shouldLoadAsEsm() {
    return true;
  }

  /** Each load has a different address: a spec runs in several projects, and a set-up file before each spec. */
  async unstable_importModule(path) {
    loads += 1;
    const began = performance.now();
    await import(`${pathToFileURL(path).href}?load=${String(loads)}`);
    this.loadingMs += performance.now() - began;
  }

  enterTestCode() {}

  leaveTestCode() {}
}

/** The part of `jest` that specs use. There is no `jest.mock`, because modules are shared. */
function jestObject({ moduleMocker, fakeTimersModern: timers }) {
  const jest = {
    fn: moduleMocker.fn.bind(moduleMocker),
    spyOn: moduleMocker.spyOn.bind(moduleMocker),
    restoreAllMocks: () => void moduleMocker.restoreAllMocks(),
    useFakeTimers: (options) => {
      timers.useFakeTimers(options);
      return jest;
    },
    useRealTimers: () => {
      timers.useRealTimers();
      return jest;
    },
    advanceTimersByTime: (milliseconds) => timers.advanceTimersByTime(milliseconds),
    advanceTimersByTimeAsync: (milliseconds) => timers.advanceTimersByTimeAsync(milliseconds),
    setSystemTime: (now) => timers.setSystemTime(now),
  };
  return jest;
}
