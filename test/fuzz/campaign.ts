import fc from 'fast-check';
import { sizeOf } from './cases/cases.js';
import type { Case, Finding } from './cases/cases.js';
import { DocumentChecks } from './runs/document-checks.js';
import type { FuzzService } from './fuzz-service.js';
import { describe, signatureOf } from './failure.js';
import type { Failure } from './failure.js';
import { httpCases } from './cases/http-cases.js';
import type { OpenApiDocument } from './cases/http-cases.js';
import { HttpRunner } from './runs/http-runner.js';
import { prepare } from './prepare.js';
import { rawCases } from './cases/raw-cases.js';
import { References } from './cases/references.js';
import { socketCases } from './cases/socket-cases.js';
import type { AsyncApiDocument } from './cases/socket-cases.js';
import { storyCases } from './cases/story-cases.js';
import { StoryRunner } from './runs/story-runner.js';
import { SocketRunner } from './runs/socket-runner.js';

const BATCH = 400;
const CONCURRENCY = 24;
const SHRINK_MS = { server: 30_000, document: 3_000 };
/** How long to wait after an answer for log lines of the service. */
const LOG_MS = 30;

export interface CampaignOptions {
  /** The minimum number of requests and frames. */
  readonly count: number;
  readonly seed: number;
  /** Called with progress, and with each new finding. */
  readonly tell: (line: string) => void;
}

export interface Outcome {
  readonly sent: number;
  readonly seconds: number;
  /** One line per operation. */
  readonly coverage: readonly string[];
  readonly failures: readonly Failure[];
  readonly crash: string | null;
}

/**
 * Sends generated requests and frames until the number is reached. Continues after a failure, and shrinks the first
 * failure of each kind.
 */
export class Campaign {
  private readonly references = new References();
  private readonly failures = new Map<string, Failure>();
  private readonly http: HttpRunner;
  private readonly sockets: SocketRunner;
  private readonly stories: StoryRunner;
  private readonly cases: fc.Arbitrary<Case>;
  private sent = 0;

  private constructor(
    private readonly service: FuzzService,
    openApi: OpenApiDocument,
    asyncApi: AsyncApiDocument,
  ) {
    const checks = new DocumentChecks(openApi, asyncApi);
    this.http = new HttpRunner(service, this.references, checks);
    this.sockets = new SocketRunner(service, this.references, checks);
    this.stories = new StoryRunner(this.http, this.references, statusesOf(openApi));
    this.cases = fc.oneof(
      { weight: 20, arbitrary: httpCases(openApi) },
      { weight: 1, arbitrary: storyCases(openApi) },
      { weight: 5, arbitrary: socketCases(asyncApi) },
      { weight: 1, arbitrary: rawCases },
    );
  }

  static async against(service: FuzzService): Promise<Campaign> {
    const [openApi, asyncApi] = await Promise.all(
      ['openapi', 'asyncapi'].map(async (name) => (await fetch(`${service.url}/api/${name}.json`)).json()),
    );
    const campaign = new Campaign(service, openApi as OpenApiDocument, asyncApi as AsyncApiDocument);
    await prepare(service, campaign.references);
    return campaign;
  }

  async run({ count, seed, tell }: CampaignOptions): Promise<Outcome> {
    const [before, began] = [this.sent, performance.now()];
    for (let batch = 0; this.sent - before < count && this.service.crashed === null; batch += 1) {
      await this.runBatch(seed + batch, tell);
      if (batch % 25 === 24) tell(`${String(this.sent)} sent, seed ${String(seed + batch)}`);
    }
    this.http.close();
    const coverage = this.http.coverage.lines();
    const seconds = (performance.now() - began) / 1_000;
    const failures = [...this.failures.values()];
    return { sent: this.sent - before, seconds, coverage, failures, crash: this.service.crashed };
  }

  private async runBatch(seed: number, tell: (line: string) => void): Promise<void> {
    const cases = fc.sample(this.cases, { seed, numRuns: BATCH });
    const found = new Map<number, readonly Finding[]>();
    const waiting = [...cases.entries()];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next && this.service.crashed === null; next = waiting.shift()) {
        const [index, one] = next;
        const findings = await this.send(one);
        if (findings.length > 0) found.set(index, findings);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, work));
    for (const [index, findings] of found) {
      for (const finding of findings)
        await this.note(finding, { seed, path: String(index), one: cases[index] as Case }, tell);
    }
    await this.lookAtLog(seed, cases, tell);
  }

  private async send(one: Case): Promise<Finding[]> {
    this.sent += sizeOf(one);
    if (one.kind === 'http') return this.http.run(one);
    if (one.kind === 'story') return this.stories.run(one);
    return one.kind === 'socket' ? this.sockets.run(one) : this.http.runRaw(one);
  }

  /**
   * The service printed errors although no answer failed: sends the cases of the batch again, one by one, to find the
   * case.
   */
  private async lookAtLog(seed: number, cases: readonly Case[], tell: (line: string) => void): Promise<void> {
    const lines = this.service.takePrinted();
    if (lines.length === 0) return;
    const detail = lines.slice(0, 12).join('\n');
    const signature = `log: ${signatureOf(lines)}`;
    const known = this.failures.get(signature);
    if (known) {
      known.times += 1;
      return;
    }
    for (const [index, one] of cases.entries()) {
      if (this.service.crashed !== null || !(await this.logs(one))) continue;
      await this.note({ severity: 'server', signature, detail }, { seed, path: String(index), one }, tell);
      return;
    }
    await this.note({ severity: 'server', signature, detail }, { seed, path: '', one: cases[0] as Case }, tell);
  }

  private async logs(one: Case): Promise<boolean> {
    await this.send(one);
    await new Promise((resolve) => setTimeout(resolve, LOG_MS));
    return this.service.takePrinted().length > 0;
  }

  private async note(
    finding: Finding,
    at: { seed: number; path: string; one: Case },
    tell: (line: string) => void,
  ): Promise<void> {
    const known = this.failures.get(finding.signature);
    if (known) {
      known.times += 1;
      return;
    }
    const failure: Failure = { ...finding, seed: at.seed, path: at.path, smallest: at.one, times: 1 };
    this.failures.set(finding.signature, failure);
    const smallest = at.path === '' ? null : await this.shrink(finding, at.seed, at.path);
    const final = { ...failure, smallest: smallest ?? at.one };
    this.failures.set(finding.signature, final);
    tell(describe(final, this.service, this.references, smallest !== null));
  }

  /** Returns the smallest case with the same finding; null if the finding does not occur again. */
  private async shrink({ signature, severity }: Finding, seed: number, path: string): Promise<Case | null> {
    const repeats = async (one: Case): Promise<boolean> => {
      if (this.service.crashed !== null) return true;
      if (signature.startsWith('log: ')) return !(await this.logs(one));
      return !(await this.send(one)).some((finding) => finding.signature === signature);
    };
    const options = { seed, path, numRuns: 1, interruptAfterTimeLimit: SHRINK_MS[severity], endOnFailure: false };
    const details = await fc.check(fc.asyncProperty(this.cases, repeats), options);
    return details.counterexample?.[0] ?? null;
  }
}

/** The statuses of an order, in the order of the document. */
function statusesOf({ paths, components }: OpenApiDocument): readonly string[] {
  const schema = paths['/api/orders/{id}/status']?.patch?.requestBody?.content['application/json']?.schema;
  const named = components.schemas[schema?.$ref?.split('/').at(-1) ?? ''] ?? schema;
  const statuses = named?.properties?.status?.enum?.map(String) ?? [];
  if (statuses.length === 0) throw new Error('The document does not list the statuses of an order.');
  return statuses;
}
