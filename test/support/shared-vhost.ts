import { type TestBroker, type TestVhost, withVhost } from './brokers.ts';

/** A vhost for all tests of a `describe`, to be called in its body: made before the first, taken away as `withVhost` does after the last. */
export function sharedVhost(broker: TestBroker): () => TestVhost {
  let release = (): void => undefined;
  let vhost: TestVhost | undefined;
  let gone: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    await new Promise<void>((ready, fail) => {
      gone = withVhost(broker, (made) => {
        vhost = made;
        ready();
        return released;
      });
      gone.catch(fail);
    });
  });
  afterAll(() => {
    release();
    return gone;
  });
  return () => {
    if (vhost === undefined) throw new Error('the vhost is made before the tests, not while they are named');
    return vhost;
  };
}
