/**
 * `npm run test:node` runs the unit tests and a few stories on the oldest supported Node and on the recommended versions; `npm run
 * test:node -- 24` on one version. The `node` programs come from the npm package `node` and are cached in node_modules/.cache.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const VERSIONS = ['20.19.0', '22', '24'];
const STORIES = ['src/', 'test/journeys/', 'test/realtime/resume.spec.ts', 'test/realtime/event-stream.spec.ts'];

const given = process.argv.slice(2);
const failed = (given.length > 0 ? given : VERSIONS).filter((version) => !passes(version));
if (failed.length > 0) {
  console.error(`Failed on Node ${failed.join(', ')}.`);
  process.exitCode = 1;
}

function passes(version) {
  const folder = programs(version);
  const env = { ...process.env, PATH: [folder, process.env.PATH].join(delimiter) };
  const shown = spawnSync('node', ['--version'], { env, encoding: 'utf8' }).stdout.trim();
  console.log(`--- Node ${shown}`);
  const words = ['node_modules/jest/bin/jest.js', '--selectProjects', 'unit', 'embedded', '--', ...STORIES];
  const run = spawnSync('node', ['--disable-warning=ExperimentalWarning', ...words], { env, stdio: 'inherit' });
  return `${shown}.`.startsWith(`v${version}.`) && run.status === 0;
}

/** The folder with this version of `node`, which is installed if it is missing. */
function programs(version) {
  const folder = join('node_modules/.cache/node', version);
  const bin = join(process.cwd(), folder, 'node_modules/node/bin');
  if (existsSync(join(bin, 'node'))) return bin;
  mkdirSync(folder, { recursive: true });
  const words = ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund', `node@${version}`];
  const { status } = spawnSync('npm', words, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm could not install node@${version}`);
  return bin;
}
