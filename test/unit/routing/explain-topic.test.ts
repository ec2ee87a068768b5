import { explainTopic } from '../../../src/routing/explain-topic.ts';

const ORDINARY = 'is a word like any other: `*` and `#` must stand alone between dots';

describe('explainTopic', () => {
  test.each([
    ['a.b', 'a.b', 'the key is `a.b`, exactly as the binding wants it'],
    ['', '', 'the key is empty, exactly as the binding wants it'],
    ['#', 'a.b', '`#` takes every key'],
    ['order.*', 'order.eu', '`order.*` takes `order.eu`: `*` is `eu`'],
    ['order.#', 'order', '`order.#` takes `order`: `#` is no word'],
    ['order.#', 'order.a.b', '`order.#` takes `order.a.b`: `#` is `a.b`'],
    ['order.#', 'order.a.b.c.d', '`order.#` takes `order.a.b.c.d`: `#` is four words'],
    ['#.*.#', 'a.b.c', '`#.*.#` takes `a.b.c`: `#` is no word, `*` is `a` and `#` is `b.c`'],
    ['#.a.*.b.#.c', 'x.a.y.b.c', '`#.a.*.b.#.c` takes `x.a.y.b.c`: `#` is `x`, `*` is `y` and `#` is no word'],
    ['*.*.*.*.*', 'a.b.c.d.e', '`*.*.*.*.*` takes `a.b.c.d.e`: `*` is `a`, `*` is `b`, `*` is `c` and 2 more'],
    ['a.*', 'a.', '`a.*` takes `a.`: `*` is an empty word'],
    ['#.#', '', '`#.#` takes the empty key: `#` is no word and `#` is no word'],
  ])('%j takes %j', (pattern, key, reason) => {
    expect(explainTopic(pattern, key)).toEqual({ matched: true, reason });
  });

  test.each([
    ['order.*', 'order.eu.new', '`order.*` wants exactly two words, the key `order.eu.new` has three: `*` is exactly one word'],
    ['order.*', 'order', '`order.*` wants exactly two words, the key `order` has one: `*` is exactly one word'],
    ['a.b', 'a', '`a.b` wants exactly two words, the key `a` has one'],
    ['a.#.b', 'a', '`a.#.b` wants at least two words, the key `a` has one'],
    ['a.#', '', '`a.#` wants at least one word, the key is empty'],
    ['', 'a.b', 'the binding wants an empty key, the key `a.b` has two'],
    ['a', Array(20).fill('a').join('.'), '`a` wants exactly one word, the key `a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a` has 20'],
    ['order*', 'order.eu', `\`order*\` wants exactly one word, the key \`order.eu\` has two; \`order*\` ${ORDINARY}`],
    ['*.red', 'x.blue', 'word 2 of the key `x.blue` is `blue`, `*.red` wants `red`'],
    ['*.red', 'x.Red', 'word 2 of the key `x.Red` is `Red`, `*.red` wants `red`: upper and lower case differ'],
    ['a*', 'ab', `word 1 of the key \`ab\` is \`ab\`, \`a*\` wants \`a*\`; \`a*\` ${ORDINARY}`],
    ['x.a*', 'y.ab', 'word 1 of the key `y.ab` is `y`, `x.a*` wants `x`'],
    ['a..b', 'a.x.b', 'word 2 of the key `a.x.b` is `x`, `a..b` wants an empty word'],
    ['a.x.b', 'a..b', 'word 2 of the key `a..b` is an empty word, `a.x.b` wants `x`'],
    ['a.#', 'b.c', 'word 1 of the key `b.c` is `b`, `a.#` wants `a`'],
    ['#.b', 'a.c', 'the last word of the key `a.c` is `c`, `#.b` wants `b`'],
    ['#.b.c', 'a.x.c', 'word 2 of the key `a.x.c` is `x`, `#.b.c` wants `b`'],
    ['#.a.#', 'x.y', '`#.a.#` wants `a` somewhere in the key `x.y`, and it is not there'],
    ['#.a.#', 'x.A', '`#.a.#` wants `a` somewhere in the key `x.A`, and only `A` is there: upper and lower case differ'],
    ['#.a.*.b.#', 'a.x.c', '`#.a.*.b.#` wants `a.*.b` somewhere in the key `a.x.c`, and it is not there'],
    ['#.a*.#', 'ab', `\`#.a*.#\` wants \`a*\` somewhere in the key \`ab\`, and it is not there; \`a*\` ${ORDINARY}`],
    ['o.#.eu.#', 'o.x', '`o.#.eu.#` wants `eu` after word 1 of the key `o.x`, and it is not there'],
    ['#.eu.#.n', 'x.n', '`#.eu.#.n` wants `eu` before word 2 of the key `x.n`, and it is not there'],
    ['o.#.eu.#.n', 'o.x.y.n', '`o.#.eu.#.n` wants `eu` between words 1 and 4 of the key `o.x.y.n`, and it is not there'],
  ])('%j does not take %j', (pattern, key, reason) => {
    expect(explainTopic(pattern, key)).toEqual({ matched: false, reason });
  });
});
