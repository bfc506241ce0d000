import type { GroupListener } from '../../../src/channel-layer/interface/channel-layer.js';
import type { Message } from '../../../src/channel-layer/interface/message.js';

export interface Heard {
  readonly group: string;
  readonly message: Message;
}

/** A listener that records the messages it receives and can be awaited. */
export class Ear {
  readonly heard: Heard[] = [];
  private waiting: { count: number; done: () => void } | null = null;

  readonly listener: GroupListener = (group, message) => {
    this.heard.push({ group, message });
    if (this.waiting && this.heard.length >= this.waiting.count) this.waiting.done();
  };

  get messages(): readonly Message[] {
    return this.heard.map(({ message }) => message);
  }

  /** Resolves when that many messages have been received in total. */
  async hears(count: number): Promise<void> {
    if (this.heard.length >= count) return;
    await new Promise<void>((done) => (this.waiting = { count, done }));
  }
}
