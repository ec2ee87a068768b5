import { erlangOctets, frameText } from '../../../../src/lab-broker/wire/erlang-text.ts';

test.each<[Buffer, string]>([
  [Buffer.alloc(0), '<<>>'],
  [Buffer.from('abc'), '<<"abc">>'],
  [Buffer.from('a"b\\c'), '<<"a\\"b\\\\c">>'],
  [Buffer.from('a\nb\tc\rd'), '<<"a\\nb\\tc\\rd">>'],
  [Buffer.from('a\x1b\b\v\f'), '<<"a\\e\\b\\v\\f">>'],
  [Buffer.from('a\x7f'), '<<97,127>>'],
  [Buffer.from('a\0'), '<<97,0>>'],
  [Buffer.from('aé'), '<<"aé"/utf8>>'],
  [Buffer.from('a€'), '<<"a€"/utf8>>'],
  [Buffer.from('aé', 'latin1'), '<<"aé">>'],
  [Buffer.from('a\x85', 'latin1'), '<<97,133>>'],
  [Buffer.of(250, 251, 255), '<<"úûÿ">>'],
])('octets are named as RabbitMQ 4.3 names them: %#', (payload, text) => {
  expect(frameText(9, payload)).toBe(`type 9, all octets = ${text}`);
});

test('of a long payload the beginning is shown, even if it ends in the middle of a character', () => {
  expect(frameText(9, Buffer.from('abcdefghijklmnop'))).toBe('type 9, all octets = <<"abcdefghijklmnop">>');
  expect(frameText(9, Buffer.from('abcdefghijklmnopq'))).toBe('type 9, first 16 octets = <<"abcdefghijklmnop">>');
  expect(frameText(9, Buffer.from('abcdefghijklmnoé'))).toBe('type 9, first 16 octets = <<"abcdefghijklmnoÃ">>');
});

test('octets as numbers, text or not', () => {
  expect(erlangOctets(Buffer.from('ab\0'))).toBe('<<97,98,0>>');
  expect(erlangOctets(Buffer.alloc(0))).toBe('<<>>');
});
