import fc from 'fast-check';
import { explainBinding } from '../../../src/routing/explain-binding.ts';
import { matchHeaders } from '../../../src/routing/match-headers.ts';
import { matchTopic } from '../../../src/routing/match-topic.ts';
import { anyArguments, anyHeaders, anyKey, byte, text, typed } from './typed-values.ts';

describe('explainBinding', () => {
  test('says of direct bindings what the matcher says', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (wanted, key) => {
        expect(explainBinding('direct', wanted, [], { routingKey: key, headers: [] }).matched).toBe(wanted === key);
      }),
    );
  });

  test('says of topic bindings what the matcher says', () => {
    fc.assert(
      fc.property(anyKey, anyKey, (pattern, key) => {
        expect(explainBinding('topic', pattern, [], { routingKey: key, headers: [] }).matched).toBe(matchTopic(pattern, key));
      }),
      { numRuns: 2_000 },
    );
  });

  test('says of headers bindings what the matcher says', () => {
    fc.assert(
      fc.property(anyKey, anyArguments, anyHeaders, (routingKey, args, headers) => {
        expect(explainBinding('headers', routingKey, args, { routingKey: '', headers }).matched).toBe(matchHeaders(args, headers));
      }),
      { numRuns: 2_000 },
    );
  });

  test('gives a reason of one line, whatever it is about', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.constantFrom('\u001b[31m', '\u0007', 'x\ny', '\u2028', '\u202e'),
    );
    const anyPair = fc.tuple(
      anyText,
      fc.oneof(
        anyText.map(text),
        fc.uint8Array().map((bytes) => typed('longstr', Buffer.from(bytes))),
      ),
    );
    const anyTable = fc.array(anyPair, { maxLength: 3 });
    const anyType = fc.constantFrom('direct', 'fanout', 'topic', 'headers');
    fc.assert(
      fc.property(anyType, anyText, anyTable, anyText, anyTable, (type, routingKey, args, key, headers) => {
        const { reason } = explainBinding(type, routingKey, args, { routingKey: key, headers });
        expect(reason).toMatch(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{10,}$/u);
        expect(reason).not.toMatch(/undefined|NaN|\[object/);
      }),
      { numRuns: 1_000 },
    );
  });

  test('cuts long values short', () => {
    const long = 'x'.repeat(250);
    const { reason } = explainBinding('topic', `${long}.a`, [], { routingKey: `${long}.b`, headers: [] });
    expect(reason).toBe(`word 2 of the key \`${'x'.repeat(80)}…\` is \`b\`, \`${'x'.repeat(80)}…\` wants \`a\``);
    const many = Array.from({ length: 100 }, (_, i) => [`header${i}`, byte(i)] as const);
    for (const mode of ['all', 'any']) {
      const args = [['x-match', text(mode)] as const, ...many];
      expect(explainBinding('headers', '', args, { routingKey: '', headers: [['a', byte(1)]] }).reason.length).toBeLessThan(200);
      expect(explainBinding('headers', '', args, { routingKey: '', headers: many }).reason.length).toBeLessThan(200);
    }
  });

  test('fanout takes everything', () => {
    expect(explainBinding('fanout', 'a', [], { routingKey: 'b', headers: [] })).toEqual({
      matched: true,
      reason: 'a fanout exchange takes every message, whatever its key and headers',
    });
  });

  test.each([
    ['red', 'red', 'the key is `red`, exactly as the binding wants it'],
    ['', '', 'the key is empty, exactly as the binding wants it'],
    ['red', 'blue', 'the key is `blue`, the binding wants `red`'],
    ['red', 'Red', 'the key is `Red`, the binding wants `red`: upper and lower case differ'],
    ['red ', 'red', 'the key is `red`, the binding wants `red `: they differ in white space at the beginning or end'],
    ['', 'x', 'the key is `x`, the binding wants an empty one'],
    ['x', '', 'the key is empty, the binding wants `x`'],
    ['a.*', 'a.b', 'the key is `a.b`, the binding wants `a.*`: in a direct exchange `*` and `#` are letters like any other'],
  ])('direct: binding %j, key %j', (wanted, key, reason) => {
    expect(explainBinding('direct', wanted, [], { routingKey: key, headers: [] }).reason).toBe(reason);
  });
});
