import { performance } from 'node:perf_hooks';
import runCircus from 'jest-circus/runner';
import { sourceMapOf } from './compiled.js';
import { NativeRuntime } from './native-runtime.js';

/** The first element of jest-worker's message to a worker when there are no more specs. */
const END = 2;

// Resources that specs share stay open until then.
if (process.send) process.on('message', (message) => Array.isArray(message) && message[0] === END && process.exit());

/**
 * Jest's own runner with Node's own loader: the service and its packages are loaded once per worker instead of once per
 * spec, which took most of the time of a run.
 */
export default async function runSpec(globalConfig, config, environment, runtime, testPath, sendMessageToJest) {
  // The map in which jest looks up source maps when it prints a stack trace.
  runtime.getSourceMaps().get = sourceMapOf;
  const native = new NativeRuntime(environment);
  const [began, cpu] = [performance.now(), process.cpuUsage()];
  const result = await runCircus.default(globalConfig, config, environment, native, testPath, sendMessageToJest);
  const { user, system } = process.cpuUsage(cpu);
  // For `slowest-reporter.js`. `cpu`: CPU time of the worker, without the servers that it uses.
  return {
    ...result,
    seconds: { loading: native.loadingMs / 1e3, all: (performance.now() - began) / 1e3, cpu: (user + system) / 1e6 },
  };
}
