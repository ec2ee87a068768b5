import fc from 'fast-check';
import type { Binding } from '../../../src/client/broker.ts';
import type { FieldTable } from '../../../src/client/message.ts';
import { topologyPicture } from '../../../src/output/topology-picture.ts';
import type { Inventory } from '../../../src/topology/inventory.ts';
import { pictureOf } from '../../../src/topology/picture.ts';

/** An inventory in short: exchanges `name:type`, queues with counts, bindings `source key destination`. */
function inventory(exchanges: readonly string[], queues: Record<string, number>, bindings: readonly (string | Binding)[] = []): Inventory {
  const defaults = Object.keys(queues).map(
    (name) => ({ source: '', destination: name, destinationType: 'queue', routingKey: name, arguments: {} }) as const,
  );
  return {
    exchanges: [':direct', 'amq.topic:topic', ...exchanges].map((text) => {
      const [name = '', type = ''] = text.split(':');
      return { name, type, durable: true, autoDelete: false, internal: false, arguments: {} };
    }),
    queues: Object.entries(queues).map(([name, ready]) => ({
      ...{ name, type: 'classic', durable: true, exclusive: false, autoDelete: false, arguments: {} },
      ...{ messages: ready, ready, unacked: 0 },
    })),
    bindings: [...defaults, ...bindings.map((binding) => (typeof binding === 'string' ? bindingOf(binding) : binding))],
    counts: 'current',
  };
}

function bindingOf(text: string): Binding {
  const [source = '', routingKey = '', destination = ''] = text.split(' ');
  const toExchange = destination.startsWith('>');
  return {
    source,
    routingKey,
    destination: destination.replace('>', ''),
    destinationType: toExchange ? 'exchange' : 'queue',
    arguments: {},
  };
}

const headers = (destination: string, table: FieldTable): Binding => ({
  ...{ source: 'h', destination, destinationType: 'queue', routingKey: '', arguments: table },
});

const EMPTY = inventory([], {});

function draw(before: Inventory, after: Inventory, command = '', { showDefault = false, ascii = false, color = false, columns = 80 } = {}) {
  const ran = command === '' ? [] : [command.split(' ').map((word) => (word === '""' ? '' : word))];
  const picture = pictureOf({ before, after, ran, showDefault });
  return picture === undefined ? undefined : topologyPicture(picture, { color, ascii, columns });
}

const lines = (...text: string[]) => text.join('\n');

test('nothing changed, nothing drawn', () => expect(draw(EMPTY, inventory([], {}))).toBeUndefined());

test('a queue alone; the exchanges that are always there stay away', () => {
  expect(draw(EMPTY, inventory([], { hello: 0 }))).toBe('  queue hello  empty');
});

test('the default exchange shows once something went through it', () => {
  const [before, after] = [inventory([], { hello: 0 }), inventory([], { hello: 1 })];
  const drawn = lines('  "" (the default exchange)', '  └━ hello ━▶ hello  ● 1 ready');
  expect(draw(before, after, 'publish "" hello x')).toBe(drawn);
  expect(draw(before, after, 'publish -q hello x')).toBe(drawn);
  expect(draw(after, before, 'get hello', { showDefault: true })).toBe(lines('  "" (the default exchange)', '  └─ hello ─▶ hello  empty'));
  expect(draw(before, after, 'publish x hello x')).toBe('  queue hello  ● 1 ready');
});

test('an exchange that nothing is bound to', () => {
  expect(draw(EMPTY, inventory(['news:fanout'], { mail: 0 }))).toBe(
    lines('  news (fanout exchange, nothing bound)', '', '  queue mail  empty'),
  );
});

describe('the way that a message took', () => {
  const bound = ['colours red mixed', 'colours blue mixed', 'colours red pure'];

  test('of a direct exchange, by key', () => {
    const [before, after] = [
      inventory(['colours:direct'], { mixed: 1, pure: 0 }, bound),
      inventory(['colours:direct'], { mixed: 2, pure: 1 }, bound),
    ];
    expect(draw(before, after, 'publish colours red x')).toBe(
      lines('  colours (direct exchange)', '  ├─ blue ─▶ mixed  ●● 2 ready', '  ├━ red ━━▶ mixed', '  └━ red ━━▶ pure   ● 1 ready'),
    );
    expect(draw(before, after, 'publish colours red x', { ascii: true })).toBe(
      lines('  colours (direct exchange)', '  +- blue -> mixed  oo 2 ready', '  += red ==> mixed', '  += red ==> pure   o 1 ready'),
    );
  });

  test('of a fanout exchange, whatever the key is', () => {
    const keys = ['news "" mail', 'news weather chat'].map((text) => text.replace('""', ''));
    const [before, after] = [
      inventory(['news:fanout'], { mail: 0, chat: 0 }, keys),
      inventory(['news:fanout'], { mail: 1, chat: 1 }, keys),
    ];
    expect(draw(before, after, 'publish news sport x')).toBe(
      lines('  news (fanout exchange)', '  ├━ weather ━▶ chat  ● 1 ready', '  └━━━━━━━━━━━▶ mail  ● 1 ready'),
    );
  });

  test('of a topic exchange, by pattern where a queue has several', () => {
    const keys = ['events order.# a', 'events bill.* a', 'events # b', 'events * c'];
    const [before, after] = [
      inventory(['events:topic'], { a: 0, b: 0, c: 0 }, keys),
      inventory(['events:topic'], { a: 1, b: 1, c: 0 }, keys),
    ];
    expect(draw(before, after, 'publish events order.eu x')).toBe(
      lines(
        '  events (topic exchange)',
        '  ├─ bill.* ──▶ a  ● 1 ready',
        '  ├━ order.# ━▶ a',
        '  ├━ # ━━━━━━━▶ b  ● 1 ready',
        '  └─ * ───────▶ c  empty',
      ),
    );
  });

  test('of a headers exchange, with the pairs of each binding', () => {
    const pairs = [
      headers('a', { 'x-match': 'all', format: 'pdf', n: 1 }),
      headers('b', { 'x-match': 'any', n: '1', t: true }),
      headers('c', {}),
    ];
    const [before, after] = [inventory(['h:headers'], { a: 0, b: 0, c: 0 }, pairs), inventory(['h:headers'], { a: 0, b: 0, c: 1 }, pairs)];
    expect(draw(before, after, 'publish h "" x')).toBe(
      lines(
        '  h (headers exchange)',
        '  ├─ all: format=pdf n=1 ─▶ a  empty',
        '  ├─ any: n="1" t=true ───▶ b  empty',
        '  └━ (no pairs) ━━━━━━━━━━▶ c  ● 1 ready',
      ),
    );
  });

  test('over another exchange', () => {
    const keys = ['front # >back', 'back "" q', 'back "" idle', 'front no q'].map((text) => text.replace('""', ''));
    const state = (ready: number) => inventory(['front:topic', 'back:fanout'], { q: ready, idle: 0 }, keys);
    expect(draw(state(0), state(1), 'publish front a x')).toBe(
      lines(
        ...['  front (topic exchange)', '  ├━ # ━━▶ back (exchange)', '  └─ no ─▶ q                ● 1 ready', ''],
        ...['  back (fanout exchange)', '  ├──────▶ idle             empty', '  └━━━━━━▶ q'],
      ),
    );
  });

  test('of exchanges bound in a circle ends', () => {
    const keys = ['a k >b', 'b k >a', 'b k q'];
    const state = (ready: number) => inventory(['a:direct', 'b:direct'], { q: ready }, keys);
    expect(draw(state(0), state(1), 'publish a k x')).toContain('└━ k ━▶ b');
  });
});

test('many messages are counted, and unacked ones named', () => {
  const full = inventory([], { q: 40 });
  const [queue] = full.queues;
  const held: Inventory = { ...full, queues: queue === undefined ? [] : [{ ...queue, unacked: 2, messages: 42 }] };
  expect(draw(EMPTY, held)).toBe('  queue q  ●●●●●● 40 ready, 2 unacked');
});

test('colour adds nothing but colour', () => {
  const [before, after] = [inventory(['x:direct'], { q: 0 }, ['x k q']), inventory(['x:direct'], { q: 3 }, ['x k q'])];
  const colored = draw(before, after, 'publish x k b', { color: true }) ?? '';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours are what is taken out
  expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(draw(before, after, 'publish x k b'));
  expect(colored).not.toBe(draw(before, after, 'publish x k b'));
});

test('control characters in names are not passed on to the terminal', () => {
  expect(draw(EMPTY, inventory([], { 'a\x1b[2Jb': 0 }))).toBe('  queue a\\x1b[2Jb  empty');
});

test('labels are cut only where there is no room', () => {
  const table = { format: 'pdf', lang: 'en', 'x-match': 'all' };
  const after = inventory(['h:headers'], { strict: 1, easy: 0 }, [headers('strict', table)]);
  expect(draw(EMPTY, after, '', { columns: 60 })).toContain('─ all: format=pdf lang=en ─▶ strict  ● 1 ready');
  expect(draw(EMPTY, after, '', { columns: 40 })).toContain('…');
});

test('no line is longer than the screen, in colour or without', () => {
  const name = fc.string({ maxLength: 120 });
  fc.assert(
    fc.property(
      fc.array(fc.tuple(name, name, fc.nat(200)), { maxLength: 5 }),
      fc.integer({ min: 60, max: 120 }),
      fc.boolean(),
      (all, columns, ascii) => {
        const queues = Object.fromEntries(all.map(([queue, , ready]) => [queue, ready]));
        const keys = all.map(
          ([destination, routingKey]): Binding => ({ source: 'x', destination, destinationType: 'queue', routingKey, arguments: {} }),
        );
        const drawn = draw(EMPTY, inventory(['x:direct'], queues, keys), '', { columns, ascii }) ?? '';
        for (const line of drawn.split('\n')) expect(line.length).toBeLessThanOrEqual(columns);
      },
    ),
  );
});
