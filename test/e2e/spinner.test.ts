import { createServer } from 'node:net';
import { openTerminal } from '../support/terminal.ts';

test('Ctrl-C ends a command while a spinner shows what it waits for', async () => {
  const silent = createServer(() => {});
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const terminal = openTerminal(['get', 'q', '--url', `amqp://127.0.0.1:${port}`, '--connect-timeout', '60s']);
  try {
    await terminal.waitFor('connecting to');
    terminal.press('ctrl-c');
    await expect(terminal.exited).resolves.toMatchObject({ exitCode: 130 });
  } finally {
    await terminal.close();
    silent.close();
  }
});
