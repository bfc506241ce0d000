/**
 * The exports that specs import as `@jest/globals`. Modules next to the specs are loaded once and serve many specs, so
 * these bindings change with the current spec.
 */
export let afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test;

export function useGlobals(globals) {
  ({ afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest, test } = globals);
}
