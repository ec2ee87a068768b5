import { encodeFrame, HEADER } from '../../../src/lab-broker/wire/frames.ts';
import { encodeContentHeader, type Properties } from '../../../src/lab-broker/wire/properties.ts';
import { channel, connection, NOTHING, type Outcome, ok } from '../../support/outcome.ts';
import { describeProbes, type Probe } from '../../support/probes.ts';
import { declareQueue } from '../../support/provocations.ts';
import { int, tableOf } from '../../support/tables.ts';

/** Publishes a message with these properties into a queue of the probe's own. */
function publish(name: string, properties: Properties, expect: Outcome): Probe {
  return {
    name,
    provoke: async (stage) => stage.wire.publish({ routingKey: await declareQueue(stage), properties, body: 'x' }),
    expect,
  };
}

const refused = (text: string) => channel(406, `PRECONDITION_FAILED - ${text}`, 'basic.publish');

describeProbes('publish', [
  {
    name: 'unknown exchange',
    provoke: ({ wire }) => wire.publish({ exchange: 'nosuchx', routingKey: 'k', body: 'x' }),
    expect: channel(404, "NOT_FOUND - no exchange 'nosuchx' in vhost '/'", 'basic.publish'),
  },
  {
    name: 'internal exchange',
    provoke: async ({ wire, own }) => {
      const exchange = own('x');
      await wire.call({ name: 'exchange.declare', exchange, type: 'fanout', internal: true }, 'exchange.declare-ok');
      wire.publish({ exchange, body: 'x' });
    },
    expect: channel(403, "ACCESS_REFUSED - cannot publish to internal exchange 'x' in vhost '/'", 'basic.publish'),
  },
  {
    name: 'immediate',
    provoke: ({ wire }) => {
      wire.send({ name: 'basic.publish', routingKey: 'nosuch', immediate: true });
      wire.sendBytes(encodeFrame(HEADER, 1, encodeContentHeader(60, 0, {})));
    },
    expect: connection(540, 'NOT_IMPLEMENTED - immediate=true', 'basic.publish'),
  },
  {
    name: 'mandatory unroutable',
    provoke: ({ wire }) => wire.publish({ routingKey: 'nosuch', mandatory: true, body: 'x' }),
    expect: ok('basic.return', { replyCode: 312, replyText: 'NO_ROUTE', exchange: '', routingKey: 'nosuch' }),
  },
  publish('user_id mismatch', { userId: 'someone' }, refused("user_id property set to 'someone' but authenticated user was 'guest'")),
  publish('expiration not a number', { expiration: 'abc' }, refused("invalid expiration 'abc': no_integer")),
  publish('expiration negative', { expiration: '-1' }, refused("invalid expiration '-1': {value_negative,-1}")),
  publish('expiration empty', { expiration: '' }, refused("invalid expiration '': no_integer")),
  publish('expiration with spaces', { expiration: ' 100' }, refused("invalid expiration ' 100': no_integer")),
  publish('expiration with trailing characters', { expiration: '100x' }, refused('invalid expiration \'100x\': {leftover_string,"x"}')),
  publish('expiration with a plus sign', { expiration: '+100' }, NOTHING),
  publish(
    'expiration too large',
    { expiration: '4294967296000' },
    refused("invalid expiration '4294967296000': {value_too_large,4294967296000}"),
  ),
  publish(
    'CC header not an array',
    { headers: tableOf({ CC: 'a' }) },
    refused('invalid message: {unacceptable_type_in_header,"CC",longstr}'),
  ),
  publish(
    'BCC header not an array',
    { headers: tableOf({ BCC: int('byte', 5) }) },
    refused('invalid message: {unacceptable_type_in_header,"BCC",byte}'),
  ),
  publish('CC array of integers', { headers: tableOf({ CC: { type: 'array', value: [int('byte', 1)] } }) }, NOTHING),
  {
    name: 'invalid message properties',
    provoke: ({ wire }) => {
      wire.send({ name: 'basic.publish', routingKey: 'nosuch' });
      const header = Buffer.alloc(14);
      header.writeUInt16BE(60, 0);
      header.writeUInt16BE(0xffff, 12); // all properties are there, says it, but none follows
      wire.sendBytes(encodeFrame(HEADER, 1, header));
    },
    expect: connection(541, 'INTERNAL_ERROR'),
  },
  publish('delivery_mode 3', { deliveryMode: 3 }, NOTHING),
  {
    name: 'larger than max_message_size',
    provoke: ({ wire }) => wire.publish({ routingKey: 'nosuch', body: Buffer.alloc(16 * 1024 * 1024 + 1) }),
    expect: refused('message size 16777217 is larger than configured max size 16777216'),
  },
]);
