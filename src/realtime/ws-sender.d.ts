import 'ws';

declare module 'ws' {
  /** Exported by `ws`, missing in its type package. */
  export const Sender: {
    frame(
      data: Buffer,
      options: { fin: boolean; rsv1: boolean; opcode: number; mask: boolean; readOnly: boolean },
    ): Buffer[];
  };
}
