import { EXIT_CODES, type FailureKind, LabError, UsageError } from '../../src/errors.ts';

test.each<[FailureKind, number]>([
  ['unexpected', 1],
  ['usage', 2],
  ['not-taken', 3],
  ['access-refused', 4],
  ['unreachable', 5],
  ['refused', 6],
  ['condition', 7],
  ['interrupted', 130],
  ['terminated', 143],
])('%s is exit %d', (kind, code) => {
  expect(new LabError(kind, 'm').exitCode).toBe(code);
  expect(Object.keys(EXIT_CODES)).toHaveLength(9);
});

test('a LabError holds what it was given, and nothing else', () => {
  const cause = new Error('underneath');
  const full = new LabError('refused', 'it failed', { hint: 'type this', replyCode: 406, detail: 'a\nb', cause });
  expect(full).toMatchObject({ name: 'LabError', message: 'it failed', hint: 'type this', replyCode: 406, detail: 'a\nb', cause });
  const bare = new LabError('refused', 'it failed');
  expect([bare.hint, bare.replyCode, bare.detail]).toStrictEqual([undefined, undefined, undefined]);
  expect(Object.hasOwn(bare, 'cause')).toBe(false);
});

test('a UsageError is a LabError of exit 2', () => {
  const error = new UsageError('bad', { hint: 'good' });
  expect(error).toBeInstanceOf(LabError);
  expect(error).toMatchObject({ name: 'UsageError', kind: 'usage', exitCode: 2, hint: 'good' });
});
