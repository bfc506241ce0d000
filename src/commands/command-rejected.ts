/** Thrown for an unknown command and for wrong arguments. The message is worded for the operator. */
export class CommandRejected extends Error {}
