/** A value that both wires (msgpack) carry. Dates are sent as ISO strings, integers beyond 2^53 as bigint. */
export type MessageValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly MessageValue[]
  | { readonly [key: string]: MessageValue };

/** An object within a message. */
export type MessageObject = Readonly<Record<string, MessageValue>>;

/** A message of the Channels specification: a dictionary with at least a `type`. */
export interface Message {
  readonly type: string;
  readonly [key: string]: MessageValue | undefined;
}
