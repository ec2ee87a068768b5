import type { Actor } from '../../support/actor.ts';
import type { TestBroker } from '../../support/brokers.ts';
import { ask, type HttpAnswer } from '../../support/http-ask.ts';
import { describeObservations } from '../../support/observations.ts';
import { int, list, long, tableOf, type Values } from '../../support/tables.ts';

const EVERYTHING: Values = {
  'x-match': 'any',
  text: 'é',
  bytes: { type: 'longstr', value: Buffer.of(0, 255) },
  yes: true,
  short: int('short', -5),
  int: int('signedint', 2_000_000_000),
  big: long(-12_345_678_901_234n),
  double: { type: 'double', value: 1.5 },
  decimal: { type: 'decimal', value: { scale: 2, unscaled: 314 } },
  nothing: { type: 'void', value: null },
  when: { type: 'timestamp', value: 123n },
  table: { type: 'table', value: tableOf({ z: 'b', a: 'c' }) },
  list: list('x', 'y'),
};

/** Which properties_key a binding gets: RabbitMQ hashes the term that Erlang keeps the arguments as. */
const KEYS: readonly (readonly [propertiesKey: string, routingKey: string, arguments_?: Values])[] = [
  ['~', ''],
  ['k', 'k'],
  ['a.%23', 'a.#'],
  ['a+b%2Bc%2Fd%25', 'a b+c/d%'],
  ['%C3%A9%7E%21%27%28%29%2A', "é~!'()*"],
  ['-_.', '-_.'],
  ['~Ser4rg', '', { a: int('signedint', 1), b: '1' }],
  ['k~b0tT2g', 'k', { a: 'a' }],
  ['k~Sv-IRA', 'k', { a: int('byte', 1) }],
  ['k~rnJaMg', 'k', { a: int('signedint', 1) }],
  ['k~R4Vbtw', 'k', { 'x-match': 'any', b: '1', a: '2' }],
  ['a+b~8ANXjw', 'a b', EVERYTHING],
];

describeObservations('management/bindings', (observe) => {
  for (const [expected, routingKey, values = {}] of KEYS) {
    observe(`the properties_key ${expected}`, [expected, 'found'], async ({ broker, actor }) => {
      const queue = await actor.queue();
      await actor.bind(queue, 'amq.direct', routingKey, values);
      const path = pathOf(actor, 'amq.direct', 'q', queue);
      const { body } = await look(broker, path);
      const [binding] = body as { properties_key: string }[];
      const key = binding?.properties_key ?? '';
      const again = await look(broker, `${path}/${encodeURIComponent(key)}`);
      return [key, again.status === 200 && JSON.stringify(again.body) === JSON.stringify(binding) ? 'found' : again];
    });
  }

  observe(
    'arguments as JSON: RabbitMQ has ways of its own for what is no text, for decimals and for void',
    {
      'x-match': 'any',
      text: 'é',
      bytes: 'Not UTF-8, base64 is: AP8=',
      yes: true,
      short: -5,
      int: 2_000_000_000,
      big: -12_345_678_901_234,
      double: 1.5,
      decimal: 2.314,
      nothing: 'undefined',
      when: 123,
      table: { z: 'b', a: 'c' },
      list: ['x', 'y'],
    },
    async ({ broker, actor }) => {
      const queue = await actor.queue();
      await actor.bind(queue, 'amq.direct', 'k', EVERYTHING);
      const { body } = await look(broker, pathOf(actor, 'amq.direct', 'q', queue));
      return (body as { arguments: unknown }[])[0]?.arguments;
    },
  );

  observe('one of several', ['k', { n: 2 }], async ({ broker, actor }) => {
    const queue = await actor.queue();
    for (const n of [1, 2, 3]) await actor.bind(queue, 'amq.direct', 'k', { n: int('signedint', n) });
    const path = pathOf(actor, 'amq.direct', 'q', queue);
    const { body } = await look(broker, path);
    const second = (body as { properties_key: string; arguments: { n: number } }[]).find((binding) => binding.arguments.n === 2);
    const found = (await look(broker, `${path}/${second?.properties_key}`)).body as { routing_key: string; arguments: unknown };
    return [found.routing_key, found.arguments];
  });

  observe('a path that is quoted only once', [200, 200, 200], async ({ broker, actor }) => {
    const queue = await actor.queue();
    for (const key of ['a b', 'a/b', 'é']) await actor.bind(queue, 'amq.direct', key);
    const path = pathOf(actor, 'amq.direct', 'q', queue);
    return statuses(broker, [`${path}/a%20b`, `${path}/a%2Fb`, `${path}/%C3%A9`]);
  });

  observe('between exchanges', [200, 404], async ({ broker, actor }) => {
    const exchange = await actor.exchange('fanout');
    await actor.wire.call({ name: 'exchange.bind', source: 'amq.direct', destination: exchange, routingKey: 'k' }, 'exchange.bind-ok');
    const path = pathOf(actor, 'amq.direct', 'e', exchange);
    return statuses(broker, [`${path}/k`, `${path}/~`]);
  });

  observe('to the default exchange', [200, 404, 404], async ({ broker, actor }) => {
    const queue = await actor.queue({}, { name: 'default' });
    const path = pathOf(actor, 'amq.default', 'q', queue);
    const nobody = `${pathOf(actor, 'amq.default', 'q', 'nosuch')}/nosuch`;
    return statuses(broker, [`${path}/${encodeURIComponent(encodeURIComponent(queue))}`, `${path}/other`, nobody]);
  });

  observe('none of that key, or with other arguments', [404, 404, 404, 404, 404], async ({ broker, actor }) => {
    const queue = await actor.queue();
    await actor.bind(queue, 'amq.direct', 'k', { a: 'a' });
    const path = pathOf(actor, 'amq.direct', 'q', queue);
    return statuses(broker, [
      `${path}/other`,
      `${path}/k`,
      `${path}/k~xxxxxx`,
      `${path}/other~b0tT2g`,
      `${pathOf(actor, 'nosuch', 'q', queue)}/k~b0tT2g`,
    ]);
  });
});

function pathOf(actor: Actor, source: string, kind: 'q' | 'e', destination: string): string {
  return `/api/bindings/${actor.vhost}/e/${source}/${kind}/${encodeURIComponent(destination)}`;
}

function look({ api }: TestBroker, path: string): Promise<HttpAnswer> {
  return ask(api, { path });
}

async function statuses(broker: TestBroker, paths: readonly string[]): Promise<number[]> {
  const found: number[] = [];
  for (const path of paths) found.push((await look(broker, path)).status);
  return found;
}
