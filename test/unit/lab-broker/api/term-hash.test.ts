import { hashTable } from '../../../../src/lab-broker/api/term-hash.ts';
import { type Field, longstr, type Table } from '../../../../src/lab-broker/wire/field.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz'.repeat(12);

/** Hashes that RabbitMQ 4.3.6 put into properties_key; 3.10 and 4.0 put the same. */
const VALUES: readonly (readonly [hash: string, value: Field])[] = [
  ['Sv-IRA', { type: 'byte', value: 1 }],
  ['MeIrVw', { type: 'byte', value: -7 }],
  ['4SDU8w', { type: 'unsignedbyte', value: 200 }],
  ['5-cx4g', { type: 'short', value: -300 }],
  ['qQZiZQ', { type: 'unsignedshort', value: 60_000 }],
  ['rnJaMg', { type: 'signedint', value: 1 }],
  ['Pwcqag', { type: 'signedint', value: -1 }],
  ['e7DJxw', { type: 'signedint', value: 134_217_727 }],
  ['VX3Qbw', { type: 'signedint', value: 134_217_728 }],
  ['HfCkpg', { type: 'signedint', value: -134_217_728 }],
  ['cKdNYg', { type: 'signedint', value: -134_217_729 }],
  ['7KCEPw', { type: 'signedint', value: -2_147_483_648 }],
  ['rl5YDw', { type: 'unsignedint', value: 4_000_000_000 }],
  ['CgQREQ', { type: 'long', value: 5n }],
  ['9pLJJA', { type: 'long', value: 12_345_678_901_234n }],
  ['4hLT9g', { type: 'long', value: -12_345_678_901_234n }],
  ['vTONBA', { type: 'long', value: 2n ** 63n - 1n }],
  ['1LcwLA', { type: 'long', value: -(2n ** 63n) }],
  ['ut3ctg', { type: 'timestamp', value: 1_700_000_000n }],
  ['vy14xw', { type: 'timestamp', value: 2n ** 64n - 1n }],
  ['yo4NAg', { type: 'double', value: 1.5 }],
  ['ydfObg', { type: 'double', value: 1e300 }],
  ['ciQPWQ', { type: 'double', value: 0 }],
  ['ciQPWQ', { type: 'double', value: -0 }],
  ['qD-ZWg', { type: 'float', value: 1.5 }],
  ['AwjthQ', { type: 'float', value: Math.fround(0.1) }],
  ['eDfhVA', { type: 'decimal', value: { scale: 2, unscaled: 314 } }],
  ['2J1FGg', { type: 'decimal', value: { scale: 0, unscaled: 4_294_967_295 } }],
  ['a2lJKQ', { type: 'bool', value: true }],
  ['jVo0GA', { type: 'bool', value: false }],
  ['OfJhaA', { type: 'void', value: null }],
  ['ZkKYww', longstr('')],
  ['b0tT2g', longstr('a')],
  ['WbH45A', longstr('abcd')],
  ['rgtMXw', longstr('abcdefgh')],
  ['OzoRnw', longstr('abcdefghi')],
  ['MtBmwA', longstr('abcdefghijk')],
  ['nJzXDA', longstr('abcdefghijkl')],
  ['wkKTTg', longstr('abcdefghijklm')],
  ['rqxywQ', longstr(ALPHABET.slice(0, 23))],
  ['FGQF5A', longstr(ALPHABET.slice(0, 300))],
  ['g_6laA', { type: 'longstr', value: Buffer.of(0xff) }],
  ['9L1UIg', { type: 'binary', value: Buffer.of(0, 255, 200, 1, 2, 3, 4, 5, 6, 7, 8, 250, 251) }],
  ['jkxtaQ', { type: 'array', value: [] }],
  ['isz43g', { type: 'array', value: [longstr('x'), { type: 'signedint', value: 1 }, { type: 'array', value: [longstr('y')] }] }],
  ['JBz3JQ', { type: 'table', value: [] }],
  ['fICJTA', { type: 'table', value: table('z', longstr('y'), 'b', { type: 'void', value: null }) }],
];

test.each(VALUES)('%s', (hash, value) => {
  expect(textOf(table('a', value))).toBe(hash);
});

test('names that are none of ASCII, or empty', () => {
  expect(textOf(table('é', longstr('é')))).toBe('_AKwyw');
  expect(textOf(table('', longstr('')))).toBe('3FY6nQ');
});

test('arguments are sorted by name, the tables in them are not', () => {
  expect(textOf(table('x-match', longstr('any'), 'b', longstr('1'), 'a', longstr('2')))).toBe('R4Vbtw');
  const inner: Field = { type: 'table', value: table('z', longstr('1'), 'a', longstr('2')) };
  expect(textOf(table('b', longstr('1'), 'a', longstr('2'), 'c', inner))).toBe('745vmg');
  expect(textOf(table('a', longstr('2'), 'a', longstr('1')))).toBe('1llryw');
});

function table(...entries: readonly (string | Field)[]): Table {
  return entries.flatMap((entry, index) => (typeof entry === 'string' ? [[entry, entries[index + 1] as Field] as const] : []));
}

/** As it stands in properties_key. */
function textOf(arguments_: Table): string {
  const hash = Buffer.alloc(4);
  hash.writeUInt32BE(hashTable(arguments_));
  return hash.toString('base64url');
}
