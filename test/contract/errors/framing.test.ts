import { BODY, encodeFrame, HEADER, HEARTBEAT, METHOD } from '../../../src/lab-broker/wire/frames.ts';
import type { MethodName } from '../../../src/lab-broker/wire/methods.ts';
import { encodeContentHeader } from '../../../src/lab-broker/wire/properties.ts';
import { connection, NOTHING, ok, tcpClose } from '../../support/outcome.ts';
import { describeProbes, type Provocation } from '../../support/probes.ts';
import { send } from '../../support/provocations.ts';
import { openWire } from '../../support/wire-client.ts';

/** Sends `basic.publish` without its content, and then these frames. */
function publishing(...frames: readonly Buffer[]): Provocation['provoke'] {
  return ({ wire }) => {
    wire.send({ name: 'basic.publish', routingKey: 'nosuch' });
    for (const frame of frames) wire.sendBytes(frame);
  };
}

function bytes(...frames: readonly Buffer[]): Provocation['provoke'] {
  return ({ wire }) => {
    for (const frame of frames) wire.sendBytes(frame);
  };
}

/** A method frame of the class `queue`. */
function queueMethod(methodId: number, ...args: readonly number[]): Buffer {
  return encodeFrame(METHOD, 1, Buffer.from([0, 50, 0, methodId, ...args]));
}

const header = (bodySize: number, classId = 60) => encodeFrame(HEADER, 1, encodeContentHeader(classId, bodySize, {}));
const body = (size: number) => encodeFrame(BODY, 1, Buffer.alloc(size, 'x'));
const abc = Buffer.from('abc');
const badEnd = encodeFrame(HEARTBEAT, 0, Buffer.alloc(0));
badEnd[badEnd.length - 1] = 0;
const FRAME_MAX = 131_072;
/** The octets of a frame around its payload. */
const AROUND = 8;

const frameError = (text: string, by: MethodName | '' = '') => connection(501, `FRAME_ERROR - ${text}`, by);
const unexpected = (text: string, by: MethodName | '' = '') => connection(505, `UNEXPECTED_FRAME - ${text}`, by);
const NO_HEADER = 'expected content header for class 60, got non content header frame instead';
const NO_METHOD = 'expected method frame, got non method frame instead';

describeProbes('framing', [
  { name: 'frame of frame_max', provoke: publishing(header(FRAME_MAX - AROUND), body(FRAME_MAX - AROUND)), expect: NOTHING },
  { name: 'payload of frame_max', provoke: publishing(header(FRAME_MAX), body(FRAME_MAX)), expect: NOTHING },
  // RabbitMQ lets a payload be as long as the whole frame should be.
  {
    name: 'frame larger than frame_max',
    provoke: publishing(header(FRAME_MAX + 1), body(FRAME_MAX + 1)),
    expect: frameError(`type 3, all octets = <<>>: {frame_too_large,${FRAME_MAX + 1},${FRAME_MAX - AROUND}}`),
  },
  {
    name: 'method frame larger than frame_max (8192 negotiated)',
    connect: async ({ vhost }) => {
      const wire = await openWire(vhost.url, { frameMax: 8192 });
      await wire.call({ name: 'channel.open' }, 'channel.open-ok');
      return wire;
    },
    fence: 1,
    provoke: ({ wire }) =>
      wire.send({
        name: 'queue.declare',
        queue: 'q',
        exclusive: true,
        arguments: [['x-a', { type: 'longstr', value: Buffer.alloc(10_000, 'a') }]],
      }),
    expect: frameError('type 1, all octets = <<>>: {frame_too_large,10022,8184}'),
  },
  { name: 'bad frame-end octet', provoke: bytes(badEnd), expect: frameError('type 8, all octets = <<>>: {invalid_frame_end_marker,0}') },
  {
    name: 'unknown frame type',
    provoke: bytes(encodeFrame(9, 0, abc)),
    expect: frameError('type 9, all octets = <<"abc">>: unknown_frame'),
  },
  {
    name: 'unknown frame type on a channel',
    provoke: bytes(encodeFrame(9, 1, abc)),
    expect: frameError('type 9, all octets = <<"abc">>: unknown_frame'),
  },
  {
    name: 'heartbeat on channel 1',
    provoke: bytes(encodeFrame(HEARTBEAT, 1, Buffer.alloc(0))),
    expect: unexpected('type 8, all octets = <<>>'),
  },
  {
    name: 'heartbeat with payload',
    provoke: bytes(encodeFrame(HEARTBEAT, 0, abc)),
    expect: frameError('type 8, all octets = <<"abc">>: unknown_frame'),
  },
  { name: 'header frame without a method', provoke: bytes(header(0)), expect: unexpected(NO_METHOD) },
  { name: 'body frame without a method', provoke: bytes(body(3)), expect: unexpected(NO_METHOD) },
  {
    name: 'method while content expected',
    provoke: ({ wire }) => {
      wire.send({ name: 'basic.publish', routingKey: 'nosuch' });
      wire.send({ name: 'queue.declare', queue: 'q' });
    },
    expect: unexpected(NO_HEADER, 'basic.publish'),
  },
  { name: 'body while header expected', provoke: publishing(body(3)), expect: unexpected(NO_HEADER, 'basic.publish') },
  {
    name: 'header of another class',
    provoke: publishing(header(0, 50)),
    expect: unexpected('expected content header for class 60, got one for class 50 instead', 'basic.publish'),
  },
  {
    name: 'body longer than announced',
    provoke: publishing(header(1), body(3)),
    expect: frameError('content body frame exceeds remaining content size', 'basic.publish'),
  },
  { name: 'body frame after the whole body', provoke: publishing(header(1), body(1), body(1)), expect: unexpected(NO_METHOD) },
  {
    name: 'method while a body is expected',
    provoke: publishing(header(1)),
    expect: unexpected('expected content body, got non content body frame instead', 'basic.publish'),
  },
  { name: 'body size over max_message_size', provoke: publishing(header(134_217_729)), fence: 2, expect: NOTHING },
  { name: 'unknown class', provoke: bytes(encodeFrame(METHOD, 1, Buffer.from([0, 99, 0, 1]))), expect: tcpClose() },
  { name: 'unknown method in known class', provoke: bytes(queueMethod(99)), expect: tcpClose() },
  { name: 'truncated method', provoke: bytes(queueMethod(10, 0)), expect: frameError('cannot decode <<0>>', 'queue.declare') },
  {
    name: 'trailing octets',
    provoke: bytes(queueMethod(10, 0, 0, 1, 0x71, 0, 0, 0, 0, 0, 1, 2, 3)),
    expect: frameError('cannot decode <<0,0,1,113,0,0,0,0,0,1,2,3>>', 'queue.declare'),
  },
  {
    name: 'method frame without a whole id',
    provoke: bytes(encodeFrame(METHOD, 1, Buffer.from([0, 50]))),
    expect: frameError('type 1, all octets = <<0,50>>: unknown_frame'),
  },
  {
    name: 'unknown field type in table',
    // ticket, the name `q`, flags, a table of 3 octets: the name `a` and a type that is none
    provoke: bytes(queueMethod(10, 0, 0, 1, 0x71, 0, 0, 0, 0, 3, 1, 0x61, 0x3f)),
    expect: tcpClose(),
  },
  {
    name: 'non-UTF-8 queue name',
    provoke: bytes(queueMethod(10, 0, 0, 2, 0xff, 0xfe, 0, 0, 0, 0, 0)),
    expect: frameError('Malformed UTF-8 in shortstr'),
  },
  {
    name: 'method on a channel never opened',
    provoke: ({ wire }) => wire.send({ name: 'queue.declare', queue: 'q' }, 7),
    fence: 'none',
    expect: connection(504, "CHANNEL_ERROR - expected 'channel.open'", 'queue.declare'),
  },
  {
    name: 'channel method on channel 0',
    provoke: ({ wire }) => wire.send({ name: 'queue.declare', queue: 'q' }, 0),
    expect: connection(504, 'CHANNEL_ERROR - unexpected method in connection state running', 'queue.declare'),
  },
  {
    name: 'connection method on channel 1',
    provoke: ({ wire }) => wire.send({ name: 'connection.close', replyText: '' }, 1),
    expect: connection(503, 'COMMAND_INVALID - unimplemented method', 'connection.close'),
  },
  {
    name: 'channel.open twice',
    provoke: send({ name: 'channel.open' }),
    expect: connection(504, "CHANNEL_ERROR - second 'channel.open' seen", 'channel.open'),
  },
  {
    name: 'channel.open on a channel that the broker has closed, before close-ok',
    provoke: async ({ wire }) => {
      wire.send({ name: 'queue.purge', queue: 'nosuch' });
      await wire.next();
      wire.send({ name: 'channel.open' });
    },
    expect: connection(504, "CHANNEL_ERROR - second 'channel.open' seen", 'channel.open'),
  },
  {
    name: 'methods on a channel that the broker has closed, before close-ok',
    provoke: async ({ wire }) => {
      wire.send({ name: 'queue.purge', queue: 'nosuch' });
      await wire.next();
      wire.send({ name: 'queue.purge', queue: 'nosuch' });
      wire.send({ name: 'channel.close', replyCode: 200, replyText: '' });
      await wire.expect('channel.close-ok');
      wire.send({ name: 'channel.close-ok' });
      wire.send({ name: 'channel.open' });
    },
    expect: ok('channel.open-ok'),
  },
  {
    name: 'channel number above channel_max',
    connect: ({ vhost }) => openWire(vhost.url, { channelMax: 10 }),
    provoke: ({ wire }) => wire.send({ name: 'channel.open' }, 11),
    expect: ok('channel.open-ok'),
  },
  {
    name: 'too many channels',
    connect: async ({ vhost }) => {
      const wire = await openWire(vhost.url, { channelMax: 2 });
      for (const number of [1, 2]) {
        wire.send({ name: 'channel.open' }, number);
        await wire.expect('channel.open-ok', number);
      }
      return wire;
    },
    provoke: ({ wire }) => wire.send({ name: 'channel.open' }, 3),
    expect: connection(530, 'NOT_ALLOWED - number of channels opened (2) has reached the negotiated channel_max (2)'),
  },
  {
    name: 'channel.close-ok unexpected',
    provoke: send({ name: 'channel.close-ok' }),
    fence: 'none', // the channel is not there any more
    expect: connection(503, 'COMMAND_INVALID - unimplemented method', 'channel.close-ok'),
  },
  {
    name: 'server-only method from client',
    provoke: send({ name: 'queue.declare-ok', queue: 'q' }),
    expect: connection(503, 'COMMAND_INVALID - unimplemented method', 'queue.declare-ok'),
  },
  {
    name: 'connection.update-secret on PLAIN',
    provoke: ({ wire }) => wire.send({ name: 'connection.update-secret', newSecret: Buffer.from('any'), reason: 'test' }, 0),
    expect: ok('connection.update-secret-ok'),
  },
]);
