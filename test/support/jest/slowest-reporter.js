import { relative } from 'node:path';

const ROWS = 25;

/** Prints the slowest specs: `npm test -- --slowest`. */
export default class SlowestReporter {
  specs = [];

  onTestResult({ context, path }, { seconds, testResults }) {
    if (!seconds) return;
    const { rootDir, displayName } = context.config;
    const tests = testResults.map(({ fullName, duration }) => ({ fullName, seconds: (duration ?? 0) / 1e3 }));
    const inTests = tests.reduce((sum, test) => sum + test.seconds, 0);
    const row = { project: displayName?.name ?? '', spec: relative(rootDir, path), tests, inTests };
    this.specs.push({ ...row, ...seconds, around: seconds.all - seconds.loading - inTests });
  }

  onRunComplete() {
    print('specs', this.specs, 'all', ({ project, spec }) => `${project} ${spec}`);
    print('projects', grouped(this.specs, 'project'), 'cpu', ({ project }) => project);
    const tests = this.specs.flatMap(({ spec, tests: all }) => all.map((test) => ({ spec, ...test })));
    const slow = tests.toSorted((a, b) => b.seconds - a.seconds).slice(0, ROWS);
    console.log('\nslowest tests, in seconds');
    for (const { seconds, spec, fullName } of slow) console.log(`${column(seconds)}  ${spec}  ${fullName}`);
  }
}

/**
 * `around`: time in hooks, such as starting a service. `cpu`: CPU time of the worker, without the servers that it uses.
 */
function print(title, rows, order, label) {
  console.log(`\nslowest ${title}, in seconds\n     all loading  around   tests     cpu`);
  const slow = rows.toSorted((a, b) => b[order] - a[order]).slice(0, ROWS);
  for (const row of slow) {
    const columns = [row.all, row.loading, row.around, row.inTests, row.cpu].map(column);
    console.log(`${columns.join('')}  ${label(row)}`);
  }
}

function grouped(specs, key) {
  const sums = new Map();
  for (const spec of specs) {
    const sum = sums.get(spec[key]) ?? { [key]: spec[key], all: 0, loading: 0, around: 0, inTests: 0, cpu: 0 };
    for (const name of ['all', 'loading', 'around', 'inTests', 'cpu']) sum[name] += spec[name];
    sums.set(spec[key], sum);
  }
  return [...sums.values()];
}

function column(seconds) {
  return seconds.toFixed(2).padStart(8);
}
