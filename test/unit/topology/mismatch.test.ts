import { LabError } from '../../../src/errors.ts';
import { compareDeclaration, type ExistingEntity, isMismatch, parseComplaint } from '../../../src/topology/mismatch.ts';

const refusal = (text: string) => new LabError('refused', `406 PRECONDITION_FAILED - inequivalent arg ${text}`, { replyCode: 406 });
const queue = (table = {}, flags = {}) => ({ queue: 'q', durable: true, exclusive: false, autoDelete: false, arguments: table, ...flags });
const existing = (table = {}, more = {}): ExistingEntity => ({
  type: 'classic',
  durable: true,
  auto_delete: false,
  exclusive: false,
  arguments: table,
  ...more,
});
const differing = (...args: Parameters<typeof compareDeclaration>) =>
  compareDeclaration(...args)
    .filter(({ differs }) => differs)
    .map(({ name, declared, existing: found }) => [name, declared, found]);

test.each<[string, object]>([
  ["'x-max-length' for queue 'q' in vhost '/': received '4' but current is '3'", { name: 'x-max-length', declared: '4', existing: '3' }],
  [
    "'x-max-length' for queue 'q' in vhost '/': received none but current is the value '3' of type 'byte'",
    { name: 'x-max-length', declared: '-', existing: '3' },
  ],
  [
    "'x-queue-type' for queue 'q' in vhost '/': received the value 'quorum' of type 'longstr' but current is none",
    { name: 'x-queue-type', declared: 'quorum', existing: '-' },
  ],
  [
    "'durable' for queue 'it's' in vhost '/': received 'true' but current is 'false'",
    { name: 'durable', declared: 'true', existing: 'false' },
  ],
  [
    "'type' for exchange 'x' in vhost 'a b': received 'fanout' but current is 'direct'",
    { name: 'type', declared: 'fanout', existing: 'direct' },
  ],
])('reads %s', (text, complaint) => expect(parseComplaint(refusal(text).message)).toEqual(complaint));

test('another 406 is no mismatch', () => {
  expect(isMismatch(refusal("'durable' …"))).toBe(true);
  expect(isMismatch(new LabError('refused', '406 PRECONDITION_FAILED - unknown exchange type', { replyCode: 406 }))).toBe(false);
  expect(parseComplaint('406 PRECONDITION_FAILED - unknown exchange type')).toBeUndefined();
});

test('puts all that was declared beside all that exists', () => {
  const failure = refusal("'x-max-length' for queue 'q' in vhost '/': received '4' but current is '3'");
  expect(compareDeclaration(queue({ 'x-max-length': 4, 'x-foo': 'a' }), failure, existing({ 'x-max-length': 3, 'x-expires': 60 }))).toEqual(
    [
      { name: 'durable', declared: 'true', existing: 'true', differs: false },
      { name: 'auto_delete', declared: 'false', existing: 'false', differs: false },
      { name: 'exclusive', declared: 'false', existing: 'false', differs: false },
      { name: 'x-expires', declared: '-', existing: '60', differs: true },
      { name: 'x-foo', declared: 'a', existing: '-', differs: true },
      { name: 'x-max-length', declared: '4', existing: '3', differs: true },
    ],
  );
});

test('shows the types of values that look alike', () => {
  const failure = refusal("'x-max-length' for queue 'q' in vhost '/': received '3' but current is '3'");
  expect(differing(queue({ 'x-max-length': '3' }), failure, existing({ 'x-max-length': 3 }))).toEqual([['x-max-length', '"3"', '3']]);
});

describe('the type of a queue', () => {
  const differs = refusal("'x-queue-type' for queue 'q' in vhost '/': received 'quorum' but current is 'classic'");
  const other = refusal("'durable' for queue 'q' in vhost '/': received 'false' but current is 'true'");

  test('is known on 3.10 too, where it is no argument', () => {
    expect(differing(queue({ 'x-queue-type': 'quorum' }), differs, existing())).toEqual([['x-queue-type', 'quorum', 'classic']]);
  });

  test('is not to blame when it was not declared and the broker says nothing of it', () => {
    const found = existing({ 'x-queue-type': 'classic' });
    expect(differing(queue({}, { durable: false }), other, found)).toEqual([['durable', 'false', 'true']]);
  });

  test('is to blame when the broker says so', () => {
    const found = existing({ 'x-queue-type': 'quorum' }, { type: 'quorum', exclusive: null });
    expect(differing(queue(), differs, found)).toEqual([['x-queue-type', '-', 'quorum']]);
  });
});

test('compares exchanges by their own properties', () => {
  const failure = refusal("'type' for exchange 'x' in vhost '/': received 'topic' but current is 'direct'");
  const exchange = { exchange: 'x', type: 'topic', durable: true, autoDelete: false, internal: true, arguments: {} };
  expect(differing(exchange, failure, existing({ 'alternate-exchange': 'ae' }, { type: 'direct', internal: false }))).toEqual([
    ['type', 'topic', 'direct'],
    ['internal', 'true', 'false'],
    ['alternate-exchange', '-', 'ae'],
  ]);
});

test('without a description it is what the broker says', () => {
  const failure = refusal("'x-max-length' for queue 'q' in vhost '/': received '4' but current is '3'");
  const said = [{ name: 'x-max-length', declared: '4', existing: '3', differs: true }];
  expect(compareDeclaration(queue({ 'x-max-length': 4 }), failure, undefined)).toEqual(said);
});

test('a description that contradicts the broker is another broker’s', () => {
  const failure = refusal("'x-max-length' for queue 'q' in vhost '/': received '4' but current is '3'");
  const said = [{ name: 'x-max-length', declared: '4', existing: '3', differs: true }];
  expect(compareDeclaration(queue({ 'x-max-length': 4 }), failure, existing({ 'x-max-length': 4 }))).toEqual(said);
});

test('words that cannot be read leave the description', () => {
  expect(compareDeclaration(queue(), refusal('something new'), undefined)).toEqual([]);
  expect(differing(queue(), refusal('something new'), existing({}, { durable: false }))).toEqual([['durable', 'true', 'false']]);
});
