import { setTimeout as sleep } from 'node:timers/promises';

/** Runs `assertion` again and again until it does not throw, and answers what it answers; after `within` ms throws its last error. */
export async function eventually<T>(assertion: () => T | Promise<T>, { within = 5_000, every = 20 } = {}): Promise<T> {
  const deadline = performance.now() + within;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() >= deadline) {
        if (error instanceof Error) error.message = `still so after ${within} ms: ${error.message}`;
        throw error;
      }
    }
    await sleep(every);
  }
}
