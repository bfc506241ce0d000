import { ChannelLayerUnavailable } from '../interface/errors.js';

/** Resolves as the promise does. Throws ChannelLayerUnavailable if the promise takes longer than a second. */
export async function withinASecond<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new ChannelLayerUnavailable('Redis has not answered for a second')), 1000);
  });
  try {
    return await Promise.race([answer, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
