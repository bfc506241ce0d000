/**
 * `node .ci/summary.js quick=FILE rest=FILE chaos=CODE` reads the JSON results of the jest runs and the exit codes of
 * other programs. It lists the failed, skipped and missing tests, and ends with "N passed, N failed".
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { runsOf } from '../test/plan.js';

const NOTHING = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [] };

function read(part, file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    console.log(`${part}: jest wrote no result`);
    return NOTHING;
  }
}

/** The number of suites that a part must have, counted without jest. */
function suitesInTheCheckout(part) {
  const specs = execFileSync('git', ['ls-files', 'src/**.spec.ts', 'test/**.spec.ts'], { encoding: 'utf8' });
  const runs = specs.trim().split('\n').flatMap(runsOf);
  return runs.filter(({ parts }) => parts.includes(part)).length;
}

/**
 * Prints the problems of a run. Returns the numbers of passed and failed tests, and whether the run has no problems.
 */
function judge(part, result) {
  const broken = result.testResults.filter(({ status }) => status !== 'passed');
  // A suite that could not be loaded has no failed tests.
  const failed = result.numFailedTests + broken.filter(({ assertionResults }) => assertionResults.length === 0).length;
  const idle = result.numPendingTests + result.numTodoTests;
  const [ran, expected] = [result.testResults.length, suitesInTheCheckout(part)];
  for (const { name } of broken) console.log(`${part}: failed suite: ${name}`);
  if (idle > 0) console.log(`${part}: ${idle} tests skipped or marked as todo`);
  if (ran !== expected) console.log(`${part}: ${ran} suites ran, ${expected} exist`);
  const holds = result.success === true && failed === 0 && idle === 0 && ran === expected;
  return { passed: result.numPassedTests, failed, holds };
}

const verdicts = process.argv.slice(2).map((word) => {
  const [name, value] = word.split('=');
  if (!/^\d+$/.test(value)) return judge(name, read(name, value));
  return value === '0' ? { passed: 1, failed: 0, holds: true } : { passed: 0, failed: 1, holds: false };
});
const sum = (name) => verdicts.reduce((total, verdict) => total + verdict[name], 0);
console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(verdicts.every(({ holds }) => holds) && sum('passed') > 0 ? 0 : 1);
