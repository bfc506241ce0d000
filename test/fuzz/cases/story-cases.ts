import fc from 'fast-check';
import type { HttpCase, StoryCase, StoryStep } from './cases.js';
import { requests } from './http-cases.js';
import type { OpenApiDocument, Operation } from './http-cases.js';
import { jsonText } from './hostile-values.js';
import { SchemaArbitraries } from './schema-arbitrary.js';
import type { Schema } from './schema-arbitrary.js';

export const OWN = '«own:0»';
/** The status after that of the last answer, in the order of the document. */
export const NEXT_STATUS = '«next-status:0»';
const LONGEST = 16;

/** The actors who may create a thing; most requests use them. Others: any actor. */
const MAKERS: Readonly<Record<string, HttpCase['actor']>> = {
  '/api/orders': 'customer',
  '/api/notifications': 'admin',
};

/**
 * For each collection of the document whose things have their own paths: creates a thing and sends requests about it.
 */
export function storyCases({ paths, components }: OpenApiDocument): fc.Arbitrary<StoryCase> {
  const schemas = new SchemaArbitraries(components.schemas, { status: NEXT_STATUS });
  const stories = Object.entries(paths).flatMap(([collection, { post }]) => {
    const about = Object.entries(paths).filter(([template]) => template.startsWith(`${collection}/{`));
    if (!post || about.length === 0) return [];
    const steps = about.flatMap(([template, operations]) =>
      Object.entries(operations).map(([method, one]) => requests(schemas, template, method.toUpperCase(), one, OWN)),
    );
    return [{ weight: steps.length, arbitrary: stepsOf(making(schemas, collection, post), fc.oneof(...steps)) }];
  });
  return fc.oneof(...stories).map((steps) => ({ kind: 'story', steps }));
}

function stepsOf(made: fc.Arbitrary<StoryStep>, about: fc.Arbitrary<HttpCase>): fc.Arbitrary<StoryStep[]> {
  const step = fc.record({
    request: about,
    times: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.constant(2) }),
  });
  return fc
    .tuple(made, fc.array(step, { minLength: 1, maxLength: LONGEST, size: 'max' }))
    .map(([first, others]) => [first, ...others]);
}

/** Valid, so that the thing is created. Half of the requests have an Idempotency-Key and are sent twice at once. */
function making(schemas: SchemaArbitraries, template: string, operation: Operation): fc.Arbitrary<StoryStep> {
  const schema: Schema = operation.requestBody?.content['application/json']?.schema ?? {};
  return fc.record({ value: schemas.valid(schema), key: fc.option(fc.uuid()) }).map(({ value, key }) => ({
    request: {
      kind: 'http',
      actor: MAKERS[template] ?? 'customer',
      method: 'POST',
      template,
      path: `${template}/`,
      headers: { 'content-type': 'application/json', ...(key !== null && { 'idempotency-key': key }) },
      body: jsonText(value),
    },
    times: key === null ? 1 : 2,
  }));
}
