import type { GroupListener } from '../../../src/channel-layer/interface/channel-layer.js';
import type { Message } from '../../../src/channel-layer/interface/message.js';

export interface Heard {
  readonly group: string;
  readonly message: Message;
}

/** A listener that writes down what it hears and can be waited on. */
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

  /** Resolves once that many messages have been heard in all. */
  async hears(count: number): Promise<void> {
    if (this.heard.length >= count) return;
    await new Promise<void>((done) => (this.waiting = { count, done }));
  }
}
