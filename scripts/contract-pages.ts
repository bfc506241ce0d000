/** Makes api/openapi.json and api/asyncapi.json from the service. */
import { readContract } from './compiled-service.js';
import { settle } from './generated-files.js';

const { openApi, asyncApi } = await readContract();

/** Sorted, so that a moved module changes nothing. */
function sorted<T>(members: Readonly<Record<string, T>> = {}): Record<string, T> {
  return Object.fromEntries(Object.entries(members).sort(([one], [other]) => (one < other ? -1 : 1)));
}

const json = (document: unknown): string => `${JSON.stringify(document, null, 2)}\n`;

settle({
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
