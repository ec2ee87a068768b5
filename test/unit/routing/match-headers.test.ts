import { matchHeaders } from '../../../src/routing/match-headers.ts';
import type { Headers, TypedValue } from '../../../src/routing/typed-value.ts';
import { byte, PRESENT, text, typed } from './typed-values.ts';

const mode = (value: string) => ['x-match', text(value)] as const;
const a1 = ['a', byte(1)] as const;
const bx = ['b', text('x')] as const;

/** The bindings of the observed rows below. */
const BINDINGS: Readonly<Record<string, Headers>> = {
  all: [mode('all'), a1, bx],
  any: [mode('any'), a1, bx],
  default: [a1, bx],
  'all-empty': [mode('all')],
  'any-empty': [mode('any')],
  // A client's `a: undefined`, which amqplib leaves out; a void that is sent stands in ODD_BINDINGS.
  void: [],
  xall: [mode('all'), ['x-foo', byte(1)]],
  xallx: [mode('all-with-x'), ['x-foo', byte(1)]],
  long1: [['a', typed('long', 1n)]],
  dbl1: [['a', typed('double', 1)]],
  str1: [['a', text('1')]],
  bool: [['t', typed('bool', true)]],
};

/** What RabbitMQ 4.3 was seen to take. */
const OBSERVED: readonly (readonly [name: string, headers: Headers, taking: string])[] = [
  ['a: 1, b: x', [a1, bx], 'all any default all-empty void xall long1'],
  ['a: 1', [a1], 'any all-empty void xall long1'],
  ['b: x', [bx], 'any all-empty void xall'],
  ['none', [], 'all-empty void xall'],
  ['a: 1 as a long', [['a', typed('long', 1n)]], 'any all-empty void xall long1'],
  ['a: 1 as a double', [['a', typed('double', 1)]], 'all-empty void xall dbl1'],
  ['a: "1"', [['a', text('1')]], 'all-empty void xall str1'],
  [
    'a: 2, b: y',
    [
      ['a', byte(2)],
      ['b', text('y')],
    ],
    'all-empty void xall',
  ],
  ['x-foo: 1', [['x-foo', byte(1)]], 'all-empty void xall xallx'],
  ['t: true', [['t', typed('bool', true)]], 'all-empty void xall bool'],
  ['t: 1', [['t', byte(1)]], 'all-empty void xall'],
];

const h1 = ['h', byte(1)] as const;
const h2 = ['h', byte(2)] as const;

/** Bindings and messages that are out of the common, seen on 4.0 and 4.3. */
const ODD_BINDINGS: Readonly<Record<string, Headers>> = {
  BCC: [['BCC', PRESENT]],
  CC: [['CC', PRESENT]],
  'h 1 and 2': [h1, h2],
  'h 1 or 2': [mode('any'), h1, h2],
  'h present and 1': [['h', PRESENT], h1],
  'any, h present': [mode('any'), ['h', PRESENT]],
  'x- ignored': [['x-', byte(9)], h1],
  'x- wanted': [mode('all-with-x'), ['x-', byte(9)]],
  'X-foo': [['X-foo', byte(1)]],
  xa: [['xa', byte(1)]],
  'any-with-x, x-a': [mode('any-with-x'), ['x-a', PRESENT]],
  'any, x-a': [mode('any'), ['x-a', PRESENT]],
  'any-with-x, nothing': [mode('any-with-x')],
  'all-with-x, nothing': [mode('all-with-x'), ['x-match', text('zz')]],
  'any, then all': [mode('any'), mode('all'), h1, ['g', byte(1)]],
  'all, then any': [mode('all'), mode('any'), h1, ['g', byte(1)]],
  H: [['H', byte(1)]],
};

const ODD_ROWS: readonly (readonly [name: string, headers: Headers, taking: string[]])[] = [
  ['BCC', [['BCC', typed('array', [text('zz')])]], []],
  ['CC', [['CC', typed('array', [text('zz')])]], ['CC']],
  ['h: 1', [h1], ['h 1 or 2', 'h present and 1', 'any, h present', 'x- ignored', 'any, then all']],
  ['h: 1, then 2', [h1, h2], ['h 1 or 2', 'any, h present']],
  ['h: 2, then 1', [h2, h1], ['h 1 or 2', 'h present and 1', 'any, h present', 'x- ignored', 'any, then all']],
  ['h: 1, then void', [h1, ['h', PRESENT]], ['any, h present']],
  ['x-: 9', [['x-', byte(9)]], ['x- wanted']],
  ['X-foo: 1', [['X-foo', byte(1)]], ['X-foo']],
  ['xa: 1', [['xa', byte(1)]], ['xa']],
  ['x-a: 1', [['x-a', byte(1)]], ['any-with-x, x-a']],
  ['x-match: zz', [mode('zz')], []],
  ['g: 1', [['g', byte(1)]], ['any, then all']],
];

const VALUES: Readonly<Record<string, TypedValue>> = {
  timestamp1: typed('timestamp', 1n),
  timestamp1000: typed('timestamp', 1000n),
  long1: typed('long', 1n),
  long1000: typed('long', 1000n),
  byte1: byte(1),
  'byte-1': byte(-1),
  unsignedbyte255: typed('unsignedbyte', 255),
  unsignedshort: typed('unsignedshort', 65_535),
  signedint1: typed('signedint', 1),
  unsignedint1: typed('unsignedint', 1),
  'float1.5': typed('float', 1.5),
  'double1.5': typed('double', 1.5),
  double1: typed('double', 1),
  double0: typed('double', 0),
  'double-0': typed('double', -0),
  'float0.1': typed('float', Math.fround(0.1)),
  'double0.1': typed('double', 0.1),
  'decimal1.5': typed('decimal', { scale: 1, unscaled: 15 }),
  'decimal1.50': typed('decimal', { scale: 2, unscaled: 150 }),
  text1: text('1'),
  binary1: typed('binary', Buffer.from('1')),
  true: typed('bool', true),
  textTrue: text('true'),
  void: PRESENT,
  array: typed('array', []),
  table: typed('table', []),
  'array(byte1)': typed('array', [byte(1)]),
  'array(long1)': typed('array', [typed('long', 1n)]),
  'array(timestamp1)': typed('array', [typed('timestamp', 1n)]),
  'array(void)': typed('array', [PRESENT]),
  'array(text)': typed('array', [text('x')]),
  'array(binary)': typed('array', [typed('binary', Buffer.from('x'))]),
  'table(a,b)': typed('table', [a1, bx]),
  'table(b,a)': typed('table', [bx, a1]),
};

/** Which other values of a binding match a header besides the same; seen on 4.0 and 4.3. */
const EQUALS: Readonly<Record<string, readonly string[]>> = {
  timestamp1: ['timestamp1000', 'long1000'],
  timestamp1000: [],
  long1: ['timestamp1', 'byte1', 'signedint1', 'unsignedint1'],
  long1000: ['timestamp1000'],
  byte1: ['timestamp1', 'long1', 'signedint1', 'unsignedint1'],
  signedint1: ['timestamp1', 'long1', 'byte1', 'unsignedint1'],
  unsignedint1: ['timestamp1', 'long1', 'byte1', 'signedint1'],
  'float1.5': ['double1.5'],
  'double1.5': ['float1.5'],
  text1: ['binary1'],
  binary1: ['text1'],
  array: ['table'],
  table: ['array'],
};

describe('matchHeaders', () => {
  test.each(OBSERVED)('headers %s as observed', (_name, headers, taking) => {
    expect(takingOf(BINDINGS, headers).join(' ')).toBe(taking);
  });

  test.each(ODD_ROWS)('odd headers %s as observed', (_name, headers, taking) => {
    expect(takingOf(ODD_BINDINGS, headers)).toEqual(['all-with-x, nothing', ...taking].sort(byPlaceIn(ODD_BINDINGS)));
  });

  test.each(Object.entries(VALUES))('a header with the value %s', (name, value) => {
    const itself = name.startsWith('timestamp') ? [] : [name];
    const expected = new Set([...itself, 'void', ...(EQUALS[name] ?? [])]);
    const taking = Object.entries(VALUES).filter(([, wanted]) => matchHeaders([['h', wanted]], [['h', value]]));
    expect(taking.map(([wanted]) => wanted).sort()).toEqual([...expected].sort());
  });

  test('an x-match that the broker would refuse counts as all', () => {
    for (const odd of [text('some'), text('anything'), text('some-with-x'), byte(1), typed('binary', Buffer.from('any'))]) {
      expect(matchHeaders([['x-match', odd], a1, bx], [a1])).toBe(false);
      expect(matchHeaders([['x-match', odd], a1, bx], [a1, bx])).toBe(true);
      expect(
        matchHeaders(
          [
            ['x-match', odd],
            ['x-a', byte(1)],
          ],
          [],
        ),
      ).toBe(true);
    }
  });
});

function takingOf(bindings: Readonly<Record<string, Headers>>, headers: Headers): string[] {
  return Object.keys(bindings).filter((name) => matchHeaders(bindings[name] ?? [], headers));
}

function byPlaceIn(bindings: Readonly<Record<string, Headers>>): (a: string, b: string) => number {
  const names = Object.keys(bindings);
  return (a, b) => names.indexOf(a) - names.indexOf(b);
}
