/**
 * What specs import as `@jest/globals`. Modules beside the specs are loaded once and serve many specs, so these bindings change
 * with the spec that runs.
 */
export let afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test;

export function useGlobals(globals) {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globals);
}
