/** Generates api/openapi.json, api/asyncapi.json, docs/messages.md and docs/errors.md from the service. */
import { readFileSync } from 'node:fs';
import { readContract } from './compiled-service.js';
import { errorPage } from './error-page.js';
import type { ErrorExamples } from './error-page.js';
import { settle } from './generated-files.js';
import { messagePage } from './message-page.js';

const { openApi, asyncApi } = await readContract();
const examples = JSON.parse(readFileSync('test/docs/examples.json', 'utf8')) as ErrorExamples;

/** Sorted, so that moving a module does not change the file. */
function sorted<T>(members: Readonly<Record<string, T>> = {}): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

settle({
  'docs/messages.md': messagePage(asyncApi, examples.messages),
  'docs/errors.md': errorPage(examples),
  'api/openapi.json': json({
    ...openApi,
    paths: sorted(openApi.paths),
    components: { ...openApi.components, schemas: sorted(openApi.components?.schemas) },
  }),
  'api/asyncapi.json': json({
    ...asyncApi,
    channels: sorted(asyncApi.channels),
    operations: sorted(asyncApi.operations as Record<string, unknown>),
    components: {
      ...asyncApi.components,
      messages: sorted(asyncApi.components.messages),
      schemas: sorted(asyncApi.components.schemas),
    },
  }),
});
