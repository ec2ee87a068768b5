import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../support/polling.ts';
import { type BrokerProxy, startProxy } from '../../support/proxy.ts';

let echo: Server;
let proxy: BrokerProxy;
const clients: Socket[] = [];

beforeEach(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => {}).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await startProxy({ host: '127.0.0.1', port: (echo.address() as { port: number }).port });
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.close();
  echo.close();
});

async function connect() {
  const socket = createConnection(proxy.port, '127.0.0.1');
  clients.push(socket);
  let text = '';
  let end: string | undefined;
  socket.on('data', (chunk) => {
    text += chunk.toString();
  });
  socket.on('end', () => {
    end ??= 'end';
  });
  socket.on('error', (error: NodeJS.ErrnoException) => {
    end ??= error.code;
  });
  await once(socket, 'connect');
  return { socket, text: () => text, end: () => end };
}

test('passes bytes both ways, and the end of one side', async () => {
  const { socket, text, end } = await connect();
  const sent = 'x'.repeat(1_000_000);
  socket.end(sent);
  await eventually(() => expect(end()).toBe('end'));
  expect(text()).toBe(sent);
  await eventually(() => expect(proxy.connections).toBe(0));
});

test.each([
  ['reset', 'ECONNRESET'],
  ['end', 'end'],
] as const)('cut(%s) ends open connections with %s and takes new ones', async (how, expected) => {
  const first = await connect();
  first.socket.write('a');
  await eventually(() => expect(first.text()).toBe('a'));
  proxy.cut(how);
  await eventually(() => expect(first.end()).toBe(expected));
  const second = await connect();
  second.socket.write('b');
  await eventually(() => expect(second.text()).toBe('b'));
});

test('refuse() refuses new connections only, accept() takes them again on the same port', async () => {
  const open = await connect();
  proxy.refuse();
  await expect(connect()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  open.socket.write('still');
  await eventually(() => expect(open.text()).toBe('still'));
  await proxy.accept();
  const again = await connect();
  again.socket.write('there');
  await eventually(() => expect(again.text()).toBe('there'));
});

test.each([['to-broker'], ['to-client'], [undefined]] as const)(
  'pause(%s) holds bytes back, resume() lets all of them through',
  async (direction) => {
    const open = await connect();
    open.socket.write('1');
    await eventually(() => expect(open.text()).toBe('1'));
    proxy.pause(direction);
    open.socket.write('2');
    const late = await connect();
    late.socket.write('3');
    await sleep(100);
    expect([open.text(), late.text()]).toEqual(['1', '']);
    proxy.resume();
    await eventually(() => expect([open.text(), late.text()]).toEqual(['12', '3']));
  },
);

test('url() puts the proxy in the place of the broker', () => {
  expect(proxy.url('amqp://guest:guest@broker.example:5310/v%2F1?heartbeat=5')).toBe(
    `amqp://guest:guest@127.0.0.1:${proxy.port}/v%2F1?heartbeat=5`,
  );
});
