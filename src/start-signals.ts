import { constants } from 'node:os';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Makes SIGTERM and SIGINT end the process at once, with the exit codes that apply without a listener (143, 130). Process 1 of a
 * container ignores signals without a listener and would be killed at the end of the grace period.
 */
export function exitOnSignals(): void {
  for (const signal of SIGNALS) process.on(signal, exit);
}

/** Passes both signals to `listener` instead. */
export function onSignals(listener: NodeJS.SignalsListener): void {
  for (const signal of SIGNALS) process.off(signal, exit).on(signal, listener);
}

function exit(signal: NodeJS.Signals): never {
  process.exit(128 + constants.signals[signal]);
}
