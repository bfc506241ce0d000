import type { Finding, StoryCase, StoryStep } from '../cases/cases.js';
import type { Answer, HttpRunner } from './http-runner.js';
import { parsed } from './parsed.js';
import { References } from '../cases/references.js';

const CREATED = 201;

/** Sends the requests of a story and checks the answers, each and together. */
export class StoryRunner {
  constructor(
    private readonly http: HttpRunner,
    private readonly references: References,
    /** The statuses in the order in which an order passes through them. */
    private readonly statuses: readonly string[],
  ) {}

  async run({ steps }: StoryCase): Promise<Finding[]> {
    const known = new References(this.references);
    const findings: Finding[] = [];
    for (const [index, step] of steps.entries()) {
      const judged = await Promise.all(Array.from({ length: step.times }, () => this.http.judge(step.request, known)));
      findings.push(...judged.flatMap((one) => one.findings));
      const answers = judged.flatMap(({ answer }) => (answer === null ? [] : [answer]));
      findings.push(...doneTwice(step, answers));
      this.remember(known, answers, index === 0);
    }
    return findings;
  }

  private remember(known: References, answers: readonly Answer[], isFirst: boolean): void {
    for (const { status, text } of answers) {
      if (status >= 300) continue;
      const { id, status: reached } = (parsed(text) ?? {}) as { id?: unknown; status?: unknown };
      if (isFirst) known.add('own', id);
      const next = typeof reached === 'string' ? this.statuses[this.statuses.indexOf(reached) + 1] : undefined;
      known.add('next-status', next);
    }
  }
}

/** Two requests with the same Idempotency-Key created two things. */
function doneTwice({ request }: StoryStep, answers: readonly Answer[]): Finding[] {
  const made = answers.filter(({ status }) => status === CREATED).map(({ text }) => text);
  if (request.headers['idempotency-key'] === undefined || new Set(made).size <= 1) return [];
  const signature = `${request.method} ${request.template}: executed twice with the same Idempotency-Key`;
  return [{ severity: 'server', signature, detail: made.join('\n') }];
}
