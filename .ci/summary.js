/** Reads jest's JSON result; complains about what failed, was skipped or did not run; ends with "N passed, N failed". */
import { readFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { ONCE } from '../jest.config.js';

const STACKS = 3;
const runsOnce = (path) => path.startsWith('src/') || ONCE.some((folder) => path.startsWith(`test/${folder}/`));

/** How many suites there must be, counted without jest: end-to-end ones run on each stack. */
function suitesInTheCheckout() {
  const specs = execFileSync('git', ['ls-files', 'src/**.spec.ts', 'test/**.spec.ts'], { encoding: 'utf8' }).trim();
  return specs.split('\n').reduce((sum, path) => sum + (runsOnce(path) ? 1 : STACKS), 0);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log('jest gave no result');
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };
  }
}

const result = read(process.argv[2]);
const broken = result.testResults.filter(({ status }) => status !== 'passed').map(({ name }) => name);
const expected = suitesInTheCheckout();
const idle = result.numPendingTests + result.numTodoTests;
// A suite that could not even be loaded has no failed tests of its own.
const unloaded = result.testResults.filter((suite) => suite.status !== 'passed' && suite.assertionResults.length === 0);
const failed = result.numFailedTests + unloaded.length;

for (const name of broken) console.log(`failed suite: ${name}`);
if (idle > 0) console.log(`skipped or still to do: ${idle}`);
if (result.testResults.length !== expected)
  console.log(`suites: ${result.testResults.length} ran, ${expected} are here`);
console.log(`${result.numPassedTests} passed, ${failed} failed`);

const holds = result.success && failed === 0 && idle === 0 && result.testResults.length === expected;
process.exit(holds && result.numPassedTests > 0 ? 0 : 1);
