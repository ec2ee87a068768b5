import { createHash } from 'node:crypto';
import { type Field, longstr } from '../../../src/lab-broker/wire/field.ts';
import type { Properties } from '../../../src/lab-broker/wire/properties.ts';
import { describeObservations } from '../../support/observations.ts';
import { int, list, long } from '../../support/tables.ts';

/** All properties but user-id, which must be the user's name, and the headers. */
const PROPERTIES: Properties = {
  contentType: 'text/plain; charset=utf-8',
  contentEncoding: 'identity',
  deliveryMode: 2,
  priority: 255,
  correlationId: 'ünïcödé',
  replyTo: 'anywhere',
  expiration: '60000',
  messageId: 'm'.repeat(255),
  timestamp: 18_446_744_073_709_551_615n,
  type: '',
  appId: 'app',
  clusterId: 'cluster',
};

/** A value of each type that a table may hold. */
const FIELDS: Readonly<Record<string, Field>> = {
  array: { type: 'array', value: [longstr('a'), int('byte', -1), { type: 'array', value: [] }] },
  binary: { type: 'binary', value: Buffer.from([0, 255]) },
  bool: { type: 'bool', value: true },
  byte: int('byte', -128),
  decimal: { type: 'decimal', value: { scale: 2, unscaled: 4_294_967_295 } },
  double: { type: 'double', value: -1.5e300 },
  float: { type: 'float', value: 0.5 },
  long: long(-9_223_372_036_854_775_808n),
  longstr: longstr('ünïcödé'),
  short: int('short', -32_768),
  signedint: int('signedint', -2_147_483_648),
  table: {
    type: 'table',
    value: [
      ['b', longstr('')],
      ['a', { type: 'void', value: null }],
    ],
  },
  timestamp: { type: 'timestamp', value: 1n },
  unsignedbyte: { type: 'unsignedbyte', value: 255 },
  unsignedint: { type: 'unsignedint', value: 4_294_967_295 },
  unsignedshort: { type: 'unsignedshort', value: 65_535 },
  void: { type: 'void', value: null },
};

const TOO_LARGE = 'PRECONDITION_FAILED - message size 16777217 is larger than configured max size 16777216';

describeObservations('semantics/messages', (observe) => {
  observe('properties leave as they came', PROPERTIES, async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { ...PROPERTIES } as Omit<Properties, 'headers'>);
    return (await actor.hold(queue)).properties;
  });

  observe('no properties', {}, async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, 'x');
    return (await actor.hold(queue)).properties;
  });

  observe('an empty table of headers is not no headers', { headers: [] }, async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { headers: {} });
    return (await actor.hold(queue)).properties;
  });

  observe('headers keep their types', Object.entries(FIELDS), async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { headers: FIELDS });
    return (await actor.hold(queue)).properties.headers;
  });

  observe('headers come sorted by name', ['B', 'a', 'z', 'é'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, { headers: { z: '1', é: '2', a: '3', B: '4' } });
    return (await actor.hold(queue)).properties.headers?.map(([name]) => name);
  });

  observe('tables in headers are not sorted', ['z', 'a'], async ({ actor }) => {
    const queue = await actor.queue();
    const inner: Field = {
      type: 'table',
      value: [
        ['z', longstr('')],
        ['a', longstr('')],
      ],
    };
    await actor.fill(queue, { headers: { inner } });
    const [, field] = (await actor.hold(queue)).properties.headers?.[0] ?? [];
    return field?.type === 'table' ? field.value.map(([name]) => name) : field;
  });

  observe('the user-id of the user', 'the same', async ({ actor, broker }) => {
    const queue = await actor.queue();
    const userId = decodeURIComponent(new URL(broker.url).username) || 'guest';
    await actor.fill(queue, { userId });
    return (await actor.hold(queue)).properties.userId === userId ? 'the same' : 'another';
  });

  observe('bodies of many sizes leave as they came', 'all the same', async ({ actor }) => {
    const queue = await actor.queue();
    // Around one frame of 131,072 octets, of which 8 are not body, and three of them.
    const sizes = [0, 1, 131_063, 131_064, 131_065, 300_000];
    const bodies = sizes.map((size) => createHash('sha512').update(String(size)).digest('hex').repeat(2_400).slice(0, size));
    await actor.fill(queue, ...bodies);
    for (const [index, body] of bodies.entries()) if ((await actor.hold(queue)).body !== body) return `not of size ${sizes[index]}`;
    return 'all the same';
  });

  observe('octets that are no text', true, async ({ actor }) => {
    const queue = await actor.queue();
    const body = Buffer.from([0, 255, 254, 0xce, 0x80]);
    actor.wire.publish({ routingKey: queue, body });
    const got = await actor.wire.call({ name: 'basic.get', queue }, 'basic.get-ok');
    return got.body?.equals(body);
  });

  observe('a client may say what headers it likes', ['CC', 'x-acquired-count', 'x-death', 'x-delivery-count'], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.fill(queue, {
      headers: { CC: list('nowhere'), 'x-acquired-count': int('byte', 1), 'x-death': 'no', 'x-delivery-count': int('byte', 1) },
    });
    return (await actor.hold(queue)).properties.headers?.map(([name]) => name);
  });
});

describeObservations('semantics/message-size', (observe) => {
  const most = 16 * 1024 * 1024;

  observe('16 MiB pass', ['ack', most], async ({ actor }) => {
    const queue = await actor.queue();
    const outcome = await actor.fill(queue, 'x'.repeat(most));
    return [...outcome, (await actor.hold(queue)).body.length];
  });

  observe('one octet more closes the channel, and the connection goes on', [TOO_LARGE, 0], async ({ actor }) => {
    const queue = await actor.queue();
    await actor.wire.call({ name: 'confirm.select' }, 'confirm.select-ok');
    actor.publish(queue, 'x'.repeat(most + 1));
    const { method } = await actor.wire.expect(['basic.ack', 'channel.close'], 1);
    return [method.name === 'channel.close' ? method.replyText : 'ack', await actor.count(queue)];
  });
});
