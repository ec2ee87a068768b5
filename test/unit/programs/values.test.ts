import { spawnSync } from 'node:child_process';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { type FieldTable, type FieldValue, Typed } from '../../../src/client/message.ts';
import { shellLine } from '../../../src/programs/lines.ts';
import { nodeString, nodeTable } from '../../../src/programs/node-values.ts';
import { pythonString, pythonTable } from '../../../src/programs/python-values.ts';
import { PYTHON, pythonMissing } from '../../support/python.ts';

/** Text with all that a literal can stumble over, more often than chance would have it. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('"', "'", '\\', '\n', '\r', '\t', '\0', '`', '$\u007bx}', '"""', "'''", '{0}', '%s', '\\N{BEL}', '\\u0041'),
      fc.constantFrom(
        '\u2028',
        '\u2029',
        '\u0085',
        '\u202e',
        '\ufeff',
        '😀',
        'é',
        '\x7f',
        '\x1b[2J',
        '#',
        '//',
        '*/',
        '</script>',
        '$(x)',
        '\\x',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

const ONE_LINE = /^[^\p{C}\p{Zl}\p{Zp}]*$/u;

/** Values that JSON can tell apart, so that Python can answer them. */
const plain: fc.Arbitrary<FieldValue> = fc.letrec<{ value: FieldValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.boolean(),
    fc.constant(null),
    fc.maxSafeInteger(),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(text, tie('value'), { maxKeys: 3 }).map((table) => table as FieldTable),
  ),
})).value;
const table = fc.dictionary(text, plain, { maxKeys: 4 }).map((pairs) => pairs as FieldTable);

test('a string literal of JavaScript is the string, in one visible line', () => {
  fc.assert(
    fc.property(text, (value) => {
      const literal = nodeString(value);
      expect(literal).toMatch(ONE_LINE);
      expect(runInNewContext(literal)).toBe(value);
    }),
    { numRuns: 500 },
  );
});

test('an object literal of JavaScript is the table', () => {
  fc.assert(
    fc.property(table, (value) => {
      fc.pre(!JSON.stringify(value).includes('"!"'));
      const literal = nodeTable(value, '-H');
      expect(literal).toMatch(ONE_LINE);
      expect(JSON.stringify(runInNewContext(`(${literal})`))).toBe(JSON.stringify(value));
    }),
    { numRuns: 500 },
  );
});

test('a key __proto__ is a key', () => {
  const value = JSON.parse('{"__proto__":{"a":1}}') as FieldTable;
  expect(JSON.stringify(runInNewContext(`(${nodeTable(value, '-H')})`))).toBe('{"__proto__":{"a":1}}');
});

test('types of JavaScript are those that amqplib takes', () => {
  const values: FieldTable = {
    a: new Typed('int8', -1),
    b: new Typed('timestamp', 2n ** 60n),
    c: new Typed('decimal', { places: 2, digits: 150 }),
    d: 1.5,
    e: -0,
    f: Buffer.from('\0ÿ'),
    g: new Typed('double', Number.NaN),
  };
  expect(nodeTable(values, '-H')).toBe(
    "{ a: { '!': 'int8', value: -1 }, b: { '!': 'timestamp', value: 1152921504606846976n }, " +
      "c: { '!': 'decimal', value: { places: 2, digits: 150 } }, d: { '!': 'double', value: 1.5 }, e: { '!': 'double', value: -0 }, " +
      "f: Buffer.from('00c3bf', 'hex'), g: { '!': 'double', value: NaN } }",
  );
  expect(() => nodeTable({ '!': 1 }, '-H')).toThrow("amqplib takes a key '!'");
});

test('a command line is typed again by bash, from one visible line', () => {
  const lines = fc.sample(
    fc.array(
      text.map((word) => word.replaceAll('\0', '')),
      { minLength: 1, maxLength: 4 },
    ),
    200,
  );
  const typed = lines.map((words) => shellLine(words));
  for (const line of typed) expect(line).toMatch(ONE_LINE);
  const script = typed.map((line) => `printf '%s\\0' ${line}; printf '\\0'`).join('\n');
  const { stdout } = spawnSync('bash', ['-c', script], { env: { LC_ALL: 'C.UTF-8' }, maxBuffer: 1e8 });
  expect(stdout.toString()).toBe(lines.map((words) => `${words.map((word) => `${word}\0`).join('')}\0`).join(''));
});

const missing = pythonMissing();
(missing === undefined ? describe : describe.skip)(missing === undefined ? 'Python' : `Python: NOT TESTED: ${missing}`, () => {
  /** What Python makes of the expressions, as JSON. */
  const evaluate = (expressions: readonly string[]): unknown[] => {
    const script = `import json\nfrom datetime import datetime, timezone\nfrom decimal import Decimal\nprint(json.dumps([\n${expressions.join(',\n')}\n]))`;
    const { stdout, stderr } = spawnSync(PYTHON, ['-'], { input: script, maxBuffer: 1e8 });
    expect(stderr.toString()).toBe('');
    return JSON.parse(stdout.toString());
  };

  test('a string literal is the string, in one visible line', () => {
    const values = fc.sample(text, 500);
    for (const value of values) expect(pythonString(value)).toMatch(ONE_LINE);
    expect(evaluate(values.map(pythonString))).toEqual(values);
  });

  test('a dict literal is the table', () => {
    const values = fc.sample(table, 300);
    const answers = evaluate(values.map((value) => pythonTable(value, '-H')));
    expect(answers.map((answer) => JSON.stringify(answer))).toEqual(values.map((value) => JSON.stringify(value)));
  });

  test('types', () => {
    const shown = (value: FieldValue) => `repr(${pythonTable({ k: value }, '-H')}["k"])`;
    const values: readonly (readonly [FieldValue, string])[] = [
      [new Typed('int32', 5), '5'],
      [new Typed('int64', 2n ** 62n), '4611686018427387904'],
      [new Typed('timestamp', 86_400), 'datetime.datetime(1970, 1, 2, 0, 0, tzinfo=datetime.timezone.utc)'],
      [new Typed('decimal', { places: 3, digits: 15 }), "Decimal('0.015')"],
      [Buffer.from([0, 255]), "b'\\x00\\xff'"],
    ];
    expect(evaluate(values.map(([value]) => shown(value)))).toEqual(values.map(([, text]) => text));
  });
});

test.each<FieldValue>([
  new Typed('int8', 1),
  new Typed('uint32', 1),
  new Typed('int64', 1),
  new Typed('float', 1.5),
  new Typed('double', 1),
  1.5,
  -0,
  Number.NaN,
  new Typed('timestamp', 10n ** 15n),
  new Typed('decimal', { places: 0, digits: 2 ** 31 }),
])('pika cannot send %j: exit 2', (value) => {
  expect(() => pythonTable({ k: value }, '-H')).toThrow('-H k: pika has no way to send this');
});
