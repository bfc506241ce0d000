/**
 * `npm test` runs the specs of the part `quick`. `npm run test:all` runs all specs on all their stacks, then chaos with
 * real processes. `rest` contains the specs that `quick` omits. Further arguments are passed to jest; `--slowest`
 * prints the slowest specs.
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
if (part === 'all') npm('test:chaos');
