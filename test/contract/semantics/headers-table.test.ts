import type { Field } from '../../../src/lab-broker/wire/field.ts';
import { describeObservations } from '../../support/observations.ts';
import { int, long, type Values } from '../../support/tables.ts';

const one = int('byte', 1);
const double = (value: number): Field => ({ type: 'double', value });
const nothing: Field = { type: 'void', value: null };

const BINDINGS: Readonly<Record<string, Values>> = {
  all: { 'x-match': 'all', a: one, b: 'x' },
  any: { 'x-match': 'any', a: one, b: 'x' },
  default: { a: one, b: 'x' },
  'all-empty': { 'x-match': 'all' },
  'any-empty': { 'x-match': 'any' },
  void: { 'x-match': 'any', a: nothing, b: nothing },
  xall: { 'x-match': 'all', 'x-foo': one },
  xallx: { 'x-match': 'all-with-x', 'x-foo': one },
  xanyx: { 'x-match': 'any-with-x', 'x-foo': one, b: 'x' },
  long1: { a: long(1n) },
  dbl1: { a: double(1) },
  str1: { a: '1' },
  bool: { t: true },
};

const ALWAYS = 'all-empty xall';

/** The headers of a message, and the bindings that match it. */
const TABLE: Readonly<Record<string, readonly [headers: Values | undefined, matches: string]>> = {
  '{a: 1, b: "x"}': [{ a: one, b: 'x' }, 'all any default all-empty void xall xanyx long1'],
  '{a: 1}': [{ a: one }, 'any all-empty void xall long1'],
  '{b: "x"}': [{ b: 'x' }, 'any all-empty void xall xanyx'],
  '{}': [{}, ALWAYS],
  'no headers': [undefined, ALWAYS],
  '{a: 1 as long}': [{ a: long(1n) }, 'any all-empty void xall long1'],
  '{a: 1 as double}': [{ a: double(1) }, 'all-empty void xall dbl1'],
  '{a: "1"}': [{ a: '1' }, 'all-empty void xall str1'],
  '{a: 2, b: "y"}': [{ a: int('byte', 2), b: 'y' }, 'all-empty void xall'],
  '{x-foo: 1}': [{ 'x-foo': one }, 'all-empty xall xallx xanyx'],
  '{x-foo: 2}': [{ 'x-foo': int('byte', 2) }, ALWAYS],
  '{t: true}': [{ t: true }, 'all-empty xall bool'],
  '{t: 1}': [{ t: one }, ALWAYS],
  '{A: 1, B: "x"}': [{ A: one, B: 'x' }, ALWAYS],
};

describeObservations('semantics/headers-table', (observe) => {
  for (const [name, [headers, matches]] of Object.entries(TABLE)) {
    observe(name, matches, async ({ actor }) => {
      const exchange = await actor.exchange('headers');
      const queues = new Map<string, string>();
      for (const [binding, values] of Object.entries(BINDINGS)) {
        const queue = await actor.queue({}, { exclusive: true });
        await actor.bind(queue, exchange, 'any key', values);
        queues.set(binding, queue);
      }
      await actor.fill({ exchange, routingKey: 'another' }, headers === undefined ? 'x' : { headers });
      const matching: string[] = [];
      for (const [binding, queue] of queues) if ((await actor.count(queue)) === 1) matching.push(binding);
      return matching.join(' ');
    });
  }
});
