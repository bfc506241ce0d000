/** The JavaScript of a TypeScript file, from the cache if it was compiled before. */
export function compiled(path: string): string;

/** The source map file for the address of a module; undefined if the module is not TypeScript. */
export function sourceMapOf(address: string): string | undefined;
