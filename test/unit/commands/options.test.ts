import { collect, examples, mergeTables, parseChoice, parseMilliseconds, parseName } from '../../../src/commands/options.ts';

describe('parseChoice', () => {
  test('answers the word', () => expect(parseChoice('topic', '--type', ['direct', 'topic'])).toBe('topic'));

  test.each([
    ['topci', "--type: 'topci' is not known: did you mean topic?"],
    ['Direct', "--type: 'Direct' is not known: did you mean direct?"],
    ['banana', "--type: 'banana' is not known"],
  ])('%s', (text, message) => {
    expect(() => parseChoice(text, '--type', ['direct', 'topic', 'fanout'])).toThrow(
      expect.objectContaining({ kind: 'usage', message, hint: 'give direct, topic or fanout' }),
    );
  });
});

describe('parseName', () => {
  test.each(['orders', 'Straße', 'a b', 'é'.repeat(127)])('%s', (name) => expect(parseName(name, 'the name')).toBe(name));

  test('may be empty where that means something', () => expect(parseName('', 'the routing key', true)).toBe(''));

  test.each([
    ['', 'the name is empty'],
    ['é'.repeat(128), 'the name has 256 bytes; AMQP takes 255'],
  ])('refuses %j', (name, message) => {
    expect(() => parseName(name, 'the name')).toThrow(expect.objectContaining({ kind: 'usage', message }));
  });
});

describe('parseMilliseconds', () => {
  test.each([
    ['250ms', 250],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['0', 0],
  ])('%s', (text, ms) => expect(parseMilliseconds(text, '--message-ttl')).toBe(ms));

  test('says which unit bare digits may have meant', () => {
    expect(() => parseMilliseconds('5000', '--message-ttl')).toThrow(
      expect.objectContaining({ message: "--message-ttl: '5000' has no unit", hint: 'give 5000ms or 5000s (also 2m, 1h)' }),
    );
  });

  test.each(['5 s', '-1s', 'soon', ''])('refuses %j', (text) => {
    expect(() => parseMilliseconds(text, '--expires')).toThrow(expect.objectContaining({ kind: 'usage' }));
  });
});

test('mergeTables refuses a key that two tables have', () => {
  expect(mergeTables([{ a: 1 }, {}, { b: 2 }])).toEqual({ a: 1, b: 2 });
  expect(() => mergeTables([{ a: 1 }, { a: 1 }])).toThrow(expect.objectContaining({ message: 'the argument a is given twice' }));
});

test('collect gathers values without changing what was there', () => {
  const none: string[] = [];
  expect(collect('b', collect('a', none))).toEqual(['a', 'b']);
  expect(none).toEqual([]);
});

test('examples are in columns, or under their meaning when they are long', () => {
  expect(
    examples([
      ['a', 'first'],
      ['bcd', 'second'],
    ]),
  ).toBe('\nExamples:\n  a    first\n  bcd  second\n');
  expect(examples([['x'.repeat(61), 'long']])).toBe(`\nExamples:\n  # long\n  ${'x'.repeat(61)}\n`);
});
