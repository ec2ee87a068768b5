import { describeObservations } from '../../support/observations.ts';

const PATTERNS = ['#', '', '*', 'a.*', 'a.#', '#.b', 'a.#.b', '*.*', 'a..b', '#.#', '*.#', 'a.*.b', '.', '..', '#.a.#', 'a*', 'a'];

/** Routing key → the patterns that match it. */
const TABLE: Readonly<Record<string, string>> = {
  '': '# "" #.#',
  a: '# * a.# #.# *.# #.a.# a',
  'a.b': '# a.* a.# #.b a.#.b *.* #.# *.# #.a.#',
  'a.b.c': '# a.# #.# *.# #.a.#',
  'a..b': '# a.# #.b a.#.b a..b #.# *.# a.*.b #.a.#',
  '.': '# *.* #.# *.# .',
  '..': '# #.# *.# ..',
  'a.': '# a.* a.# *.* #.# *.# #.a.#',
  '.a': '# *.* #.# *.# #.a.#',
  b: '# * #.b #.# *.#',
  '*': '# * #.# *.#',
  '#': '# * #.# *.#',
  'a.*': '# a.* a.# *.* #.# *.# #.a.#',
  'x.a.y': '# #.# *.# #.a.#',
  'a.x.y.b': '# a.# #.b a.#.b #.# *.# #.a.#',
  A: '# * #.# *.#',
  'a*': '# * #.# *.# a*',
  'é.ü': '# *.* #.# *.#',
};

describeObservations('semantics/topic-table', (observe) => {
  for (const [routingKey, matches] of Object.entries(TABLE)) {
    observe(`key ${JSON.stringify(routingKey)}`, matches, async ({ actor }) => {
      const exchange = await actor.exchange('topic');
      const queues = new Map<string, string>();
      for (const pattern of PATTERNS) {
        const queue = await actor.queue({}, { exclusive: true });
        await actor.bind(queue, exchange, pattern);
        queues.set(pattern, queue);
      }
      await actor.fill({ exchange, routingKey }, 'x');
      const matching: string[] = [];
      for (const [pattern, queue] of queues) if ((await actor.count(queue)) === 1) matching.push(pattern || '""');
      return matching.join(' ');
    });
  }
});
