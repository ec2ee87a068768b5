import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { expectFree, portFailure } from '../../../src/engines/ports.ts';

const held: Server[] = [];
afterEach(async () => {
  for (const server of held.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function hold(port: number): Promise<number> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  held.push(server);
  return (server.address() as AddressInfo).port;
}

/** Two ports that follow each other, both taken. */
async function holdTwo(): Promise<number> {
  for (;;) {
    const port = await hold(0);
    try {
      await hold(port + 1);
      return port;
    } catch {
      // somebody else has it: that would do, but may end
    }
  }
}

test('proposes a port that is free', async () => {
  const port = await holdTwo();
  const failure = await expectFree(port, '--port').then(
    () => undefined,
    (cause: { readonly message: string; readonly hint: string }) => cause,
  );
  expect(failure?.message).toContain(`port ${port} is in use by`);
  const proposed = Number(/^the same with --port (\d+), or --port 0 for a free one$/.exec(failure?.hint ?? '')?.[1]);
  expect(proposed).toBeGreaterThan(port + 1);
  await expect(expectFree(proposed, '--port')).resolves.toBeUndefined();
});

test('proposes no port above the last', async () => {
  const inUse = Object.assign(new Error('in use'), { code: 'EADDRINUSE' });
  expect((await portFailure(inUse, '--api-port', 65_535)).hint).toBe('the same with --api-port 0 for a free one');
});
