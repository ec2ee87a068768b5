import { Typed } from '../../../src/client/message.ts';
import { tap } from '../../../src/commands/tap.ts';
import { planTap, refuseDefaultExchange, routingType } from '../../../src/commands/tap-plan.ts';
import { parsed } from '../../support/parsed.ts';
import { refusal } from '../../support/refusal.ts';

const none = { header: [] };

test.each<[string, string[], string[]]>([
  ['topic', [], ['#']],
  ['topic', ['a.#', 'b'], ['a.#', 'b']],
  ['topic', ['a', 'a'], ['a']],
  ['topic', [''], ['']],
  ['direct', ['red'], ['red']],
  ['fanout', [], ['']],
  ['headers', [], ['']],
  ['x-recent-history', [], ['#']],
])('%s with keys %j is bound by %j', (type, keys, expected) => {
  const { bindings, notes } = planTap({ exchange: 'x', type }, keys, none);
  expect(bindings.map(({ routingKey }) => routingKey)).toEqual(expected);
  expect(notes).toEqual([]);
});

test('headers and --match become the arguments of the binding', () => {
  const { bindings } = planTap({ exchange: 'x', type: 'headers' }, [], { header: ['f=pdf', 'n:int=1'], match: 'any' });
  expect(bindings).toEqual([{ routingKey: '', arguments: { 'x-match': 'any', f: 'pdf', n: 1 } }]);
});

test.each<[string, Parameters<typeof planTap>, RegExp]>([
  ['a key that does not matter', [{ exchange: 'x', type: 'fanout' }, ['a'], none], /do not matter: a is left out/],
  ['a look-alike', [{ exchange: 'x', type: 'headers' }, [], { header: ['n=1'] }], /n is the string "1"/],
  ['a type that is not known', [{ exchange: 'x' }, [], none], /could not be asked/],
  ['the trace of a lab broker', [{ exchange: 'amq.rabbitmq.trace', type: 'topic', lab: true }, [], none], /has no tracing/],
  ['the trace', [{ exchange: 'amq.rabbitmq.trace', type: 'topic' }, [], none], /trace_on/],
])('says: %s', (_name, args, note) => expect(planTap(...args).notes).toEqual([expect.stringMatching(note)]));

test.each<[string, Parameters<typeof planTap>, RegExp, RegExp]>([
  ['direct without keys', [{ exchange: 'x', type: 'direct' }, [], none], /exact keys only/, /rmq-lab tap x KEY/],
  [
    'direct without keys, which are known',
    [{ exchange: 'x', type: 'direct', boundKeys: ['b c', 'a', 'a', "it's"] }, [], none],
    /exact keys only/,
    /rmq-lab tap x a 'b c' 'it'\\''s'$/,
  ],
  ['headers on a topic exchange', [{ exchange: 'x', type: 'topic' }, [], { header: ['a=1'] }], /-H and --match go with/, /KEY/],
  ['headers on a fanout exchange', [{ exchange: 'x', type: 'fanout' }, [], { header: [], match: 'any' }], /-H and --match/, /leave them/],
  ['an exchange that distributes', [{ exchange: 'x', type: 'x-consistent-hash' }, ['1'], none], /would take some away/, /peek/],
  ['a key that is too long', [{ exchange: 'x' }, ['a'.repeat(256)], none], /the routing key has 256 bytes/, /shorter/],
  ['a header that is none', [{ exchange: 'x', type: 'headers' }, [], { header: ['a'] }], /-H/, /./],
  ['a match that is none', [{ exchange: 'x', type: 'headers' }, [], { header: [], match: 'some' }], /--match: 'some'/, /all/],
])('refuses %s', (_name, args, message, hint) => {
  const failure = refusal(() => planTap(...args));
  expect(failure).toMatchObject({ kind: 'usage', message: expect.stringMatching(message), hint: expect.stringMatching(hint) });
});

test.each([[''], ['amq.default']])('the default exchange %j is refused, with the queue to look into', (exchange) => {
  const failure = refusal(() => refuseDefaultExchange(exchange, ['work']));
  expect(failure).toMatchObject({ kind: 'usage', hint: expect.stringContaining('rmq-lab peek work') });
});

test('a delayed exchange routes as its arguments say', () => {
  expect(routingType('x-delayed-message', { 'x-delayed-type': 'topic' })).toBe('topic');
  expect(routingType('topic', { n: new Typed('int8', 1) })).toBe('topic');
});

test('the words of the command line', async () => {
  const [exchange, keys, options] = await parsed(tap, ['x', 'a', 'b', '-H', 'f=1', '--match', 'any', '-n', '2', '--timeout', '1s']);
  expect({ exchange, keys, options }).toEqual({
    exchange: 'x',
    keys: ['a', 'b'],
    options: { header: ['f=1'], match: 'any', count: '2', timeout: '1s' },
  });
});
