/**
 * `npm test` runs `quick`. `npm run test:all` runs `all`: every spec on all its stacks, then chaos with real processes. `rest` is
 * the part of `all` that `quick` leaves out. Further arguments are passed to jest; `--slowest` prints the slowest specs.
 */
import { spawnSync } from 'node:child_process';

const [part, ...given] = process.argv.slice(2);
const words = given.filter((word) => word !== '--slowest');
const env = {
  ...process.env,
  TIDINGS_TESTS: part,
  ...(words.length < given.length && { TIDINGS_SLOWEST: '1' }),
};

function npm(...args) {
  const { status } = spawnSync('npm', ['run', '--silent', ...args], { stdio: 'inherit', env });
  if (status !== 0) process.exitCode = 1;
}

npm('jest', '--', ...words);
if (part !== 'quick') npm('test:chaos');
