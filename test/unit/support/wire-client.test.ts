import { longstr } from '../../../src/lab-broker/wire/field.ts';
import { BODY, encodeFrame, HEADER, HEARTBEAT, METHOD } from '../../../src/lab-broker/wire/frames.ts';
import { encodeMethod, type MethodInput } from '../../../src/lab-broker/wire/methods.ts';
import { encodeContentHeader } from '../../../src/lab-broker/wire/properties.ts';
import { eventually } from '../../support/polling.ts';
import { channelClose, channelOpenOk, close, handshake, type Step, startPeer } from '../../support/scripted-peer.ts';
import { openWire, type WireClient, type WireOptions } from '../../support/wire-client.ts';

const frame = (method: MethodInput, channel = 1) => encodeFrame(METHOD, channel, encodeMethod(method));
const ack = (deliveryTag: number, channel = 1) => frame({ name: 'basic.ack', deliveryTag }, channel);
const heartbeat = encodeFrame(HEARTBEAT, 0, Buffer.alloc(0));

/** A client of a peer that goes through the handshake and then through these steps. */
async function withWire(
  steps: readonly Step[],
  use: (wire: WireClient, received: readonly string[]) => Promise<void>,
  options?: WireOptions,
): Promise<void> {
  const peer = await startPeer([...handshake('done'), ...steps]);
  try {
    const wire = await openWire(`${peer.url}/%2F`, options);
    await use(wire, peer.received).finally(() => wire.destroy());
    await wire.closed;
  } finally {
    await peer.close();
  }
}

test('goes through the handshake and opens no channel', () =>
  withWire([], async (wire, received) => {
    expect(received).toEqual(['header', '10.11', '10.31', '10.40']);
    expect(wire.start).toMatchObject({ name: 'connection.start', versionMinor: 9 });
    expect(wire.tune).toMatchObject({ channelMax: 2047, frameMax: 131_072 });
  }));

test.each([
  ['header', ['header']],
  ['start', ['header']],
  ['tune', ['header', '10.11']],
] as const)('stops the handshake at %s', (upTo, sent) =>
  withWire(
    [],
    async (wire, received) => {
      if (upTo === 'header') await wire.expect('connection.start');
      expect(received).toEqual(sent);
      await expect(wire.next(20)).rejects.toThrow('nothing came');
    },
    { upTo },
  ),
);

test('shows all that comes in order, and keeps what was not expected', () =>
  withWire([{ expect: '20.10' }, { send: Buffer.concat([ack(1), channelOpenOk(), heartbeat, ack(2, 2), ack(3)]) }], async (wire) => {
    await wire.call({ name: 'channel.open' }, 'channel.open-ok');
    expect((await wire.next()).method).toMatchObject({ name: 'basic.ack', deliveryTag: 1 });
    expect((await wire.expect('basic.ack', 1)).method.deliveryTag).toBe(3);
    expect(await wire.next()).toMatchObject({ channel: 0, heartbeat: true });
    expect(await wire.next()).toMatchObject({ channel: 2, method: { deliveryTag: 2 } });
  }));

test('joins methods with their content, channel by channel', () => {
  const delivery = frame({ name: 'basic.deliver', consumerTag: 'c', deliveryTag: 1 }, 1);
  const empty = Buffer.concat([frame({ name: 'basic.return', replyCode: 312 }, 2), encodeFrame(HEADER, 2, encodeContentHeader(60, 0, {}))]);
  const header = encodeFrame(HEADER, 1, encodeContentHeader(60, 5, { headers: [['a', longstr('b')]] }));
  const bodies = ['he', 'llo'].map((text) => encodeFrame(BODY, 1, Buffer.from(text)));
  return withWire([{ send: Buffer.concat([delivery, header, bodies[0] as Buffer, empty, bodies[1] as Buffer]) }], async (wire) => {
    expect(await wire.next()).toEqual({
      channel: 2,
      method: { name: 'basic.return', replyCode: 312, replyText: '', exchange: '', routingKey: '' },
      properties: {},
      body: Buffer.alloc(0),
    });
    const { body, properties } = await wire.expect('basic.deliver');
    expect(body?.toString()).toBe('hello');
    expect(properties).toEqual({ headers: [['a', longstr('b')]] });
  });
});

test('publishes content in frames of the size that was agreed on', () =>
  withWire(
    [{ expect: '60.40' }, { send: ack(1) }],
    async (wire, received) => {
      wire.publish({ routingKey: 'q', body: 'x'.repeat(4_089) });
      await wire.expect('basic.ack');
      expect(received.slice(4)).toEqual(['60.40', 'frame', 'frame', 'frame']);
    },
    { frameMax: 4_096 },
  ));

test.each([
  ['channel', channelClose(1, 404, 'NOT_FOUND - no'), { level: 'channel', code: 404, message: 'NOT_FOUND - no' }],
  ['connection', close(504, 'CHANNEL_ERROR - no'), { level: 'connection', code: 504, message: 'CHANNEL_ERROR - no' }],
])('a close of the %s in the place of an answer rejects', (_, sent, refusal) =>
  withWire([{ expect: '20.10' }, { send: sent }], async (wire) => {
    await expect(wire.call({ name: 'channel.open' }, 'channel.open-ok')).rejects.toMatchObject(refusal);
  }),
);

test("another channel's close is none of ours", () =>
  withWire([{ send: Buffer.concat([channelClose(2, 404, 'no'), ack(1)]) }], async (wire) => {
    await wire.expect('basic.ack', 1);
    expect((await wire.next()).method.name).toBe('channel.close');
  }));

test('collects until it is quiet', () =>
  withWire([{ send: ack(1) }, { wait: 20 }, { send: ack(2) }], async (wire) => {
    expect(await wire.quiet(300)).toHaveLength(2);
    expect(await wire.quiet(1)).toEqual([]);
    await expect(wire.next(1)).rejects.toThrow('nothing came within 1 ms');
  }));

test('who waits learns of the end of the connection, and why', async () => {
  await withWire(['end'], async (wire) => {
    await expect(wire.next()).rejects.toThrow('the TCP connection is closed');
    await expect(wire.expect('basic.ack')).rejects.toThrow('the TCP connection is closed');
    await wire.closed;
    await wire.close();
  });
  await withWire([{ wait: 20 }, 'reset'], async (wire) => {
    await expect(wire.next()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
  await withWire([{ send: encodeFrame(METHOD, 1, Buffer.from([0, 99, 0, 1])) }], async (wire) => {
    await expect(wire.next()).rejects.toThrow('unknown method');
  });
  await withWire([{ send: encodeFrame(BODY, 1, Buffer.from('x')) }], async (wire) => {
    await expect(wire.next()).rejects.toThrow('out of place');
  });
});

test('says goodbye', () =>
  withWire([{ expect: '10.50' }, { send: frame({ name: 'connection.close-ok' }, 0) }], async (wire, received) => {
    await wire.close();
    expect(received.at(-1)).toBe('10.50');
  }));

test('answers when the broker says goodbye first', () =>
  withWire([{ expect: '10.50' }, { send: close(320, 'CONNECTION_FORCED - bye') }], async (wire, received) => {
    await wire.close();
    await eventually(() => expect(received.at(-1)).toBe('10.51'));
  }));
