import amqplib from 'amqplib';
import { close, handshake, type ScriptedPeer, type Step, startPeer } from '../../support/scripted-peer.ts';

let peer: ScriptedPeer;
afterEach(() => peer.close());

const faults: ReadonlyArray<readonly [what: string, script: readonly Step[], error: RegExp, received: readonly string[]]> = [
  ['an end at once', ['end'], /socket|closed|ended/i, []],
  ['an end after the header', [...handshake('header'), 'end'], /socket|closed|ended/i, ['header']],
  ['a reset', [...handshake('header'), 'reset'], /ECONNRESET/, ['header']],
  ['HTTP', [...handshake('header'), { send: Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n') }], /frame|handshake/i, ['header']],
  ['a refused login', [...handshake('start-ok'), { send: close(403, 'ACCESS_REFUSED') }], /403.*ACCESS_REFUSED/, ['header', '10.11']],
  [
    'a refused vhost',
    [...handshake('open'), { send: close(530, 'NOT_ALLOWED') }],
    /ConnectionClose/,
    ['header', '10.11', '10.31', '10.40'],
  ],
];

test.each(faults)('makes a client meet %s', async (_what, script, error, received) => {
  peer = await startPeer(script);
  await expect(amqplib.connect(peer.url)).rejects.toThrow(error);
  expect(peer.received.slice(0, received.length)).toEqual(received);
});

test('hangs when its script is over; the second connection has the second script', async () => {
  peer = await startPeer([], handshake('done'));
  await expect(amqplib.connect(peer.url, { timeout: 100 })).rejects.toThrow(/timed?.?out/i);
  const connection = await amqplib.connect(peer.url);
  connection.on('error', () => {});
  expect(peer.received).toEqual(['header', 'header', '10.11', '10.31', '10.40']);
});
