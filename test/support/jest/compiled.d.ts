/** A TypeScript file as JavaScript, from the cache if it was compiled before. */
export function compiled(path: string): string;

/** The source map's file for the address of a module; undefined for modules that are not TypeScript. */
export function sourceMapOf(address: string): string | undefined;
