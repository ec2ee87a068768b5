import { judgeTags } from '../../../src/commands/doctor-api-checks.ts';
import { attempt, judgeVersion, notChecked } from '../../../src/commands/doctor-checks.ts';
import { judgeNode, judgeTerminal } from '../../../src/commands/doctor-machine-checks.ts';
import type { Lab } from '../../../src/commands/lab.ts';
import { LabError } from '../../../src/errors.ts';

describe('attempt', () => {
  test('answers what was found', async () => {
    expect(await attempt('x', async () => 'fine')).toEqual({ name: 'x', ok: true, detail: 'fine', fix: null });
  });

  test('turns a failure into a detail and a fix', async () => {
    const failing = attempt('x', () => Promise.reject(new LabError('refused', 'bad', { hint: 'mend' })));
    expect(await failing).toEqual({ name: 'x', ok: false, detail: 'bad', fix: 'mend' });
    const without = await attempt('x', () => Promise.reject(new LabError('refused', 'bad')));
    expect(without.fix).not.toBe('');
  });

  test.each([new TypeError('a defect'), new LabError('interrupted', 'interrupted')])('lets %s through', async (error) => {
    await expect(attempt('x', () => Promise.reject(error))).rejects.toBe(error);
  });
});

test('what could not be looked at is not ok', () => {
  expect(notChecked(['a', 'b'], 'no broker').map(({ name, ok, detail }) => [name, ok, detail])).toEqual([
    ['a', false, 'not checked: no broker'],
    ['b', false, 'not checked: no broker'],
  ]);
});

test.each([
  ['3.10.8', true],
  ['4.0.5', true],
  ['4.10.0-rc.1', true],
  ['3.9.29', false],
  ['2.8', false],
])('RabbitMQ %s', (version, good) => {
  if (good) expect(judgeVersion({ product: 'RabbitMQ', version, lab: false })).toBe(`RabbitMQ ${version}`);
  else expect(() => judgeVersion({ product: 'RabbitMQ', version, lab: false })).toThrow(/older than 3\.10/);
});

test('another product is not judged by its version', () => {
  expect(judgeVersion({ product: 'LavinMQ', version: '2.1.0', lab: false })).toBe(
    'LavinMQ 2.1.0: not a RabbitMQ, so some things may differ',
  );
});

test('the lab broker is named as what it is', () => {
  expect(judgeVersion({ product: 'RabbitMQ', version: '4.3.6', lab: true })).toBe('lab broker (as RabbitMQ 4.3.6)');
});

test.each([
  ['v20.17.0', true],
  ['v24.0.1', true],
  ['v20.16.9', false],
  ['v18.20.0', false],
])('Node.js %s', (version, good) => {
  if (good) expect(judgeNode(version)).toBe(`Node.js ${version}`);
  else expect(() => judgeNode(version)).toThrow(expect.objectContaining({ hint: 'install Node.js 20 LTS or later' }));
});

test.each<[string | string[], string]>([
  [['administrator'], 'u is administrator: lessons get a vhost of their own'],
  ['administrator,management', 'u is administrator: lessons get a vhost of their own'],
  [['monitoring'], 'u has the tag monitoring: may look, but not make vhosts, so lessons need --here'],
])('tags %j', (tags, text) => expect(judgeTags({ name: 'u', tags })).toBe(text));

test.each([[''], [[]], [['impersonator']]])('tags %j allow nothing', (tags) => {
  expect(() => judgeTags({ name: 'u', tags })).toThrow(expect.objectContaining({ hint: 'rabbitmqctl set_user_tags u management' }));
});

describe('terminal', () => {
  const judge = (out: object, env: Record<string, string>, ascii = false) =>
    judgeTerminal({ out: { isTerminal: true, columns: 100, color: true, ...out }, env, settings: { ascii } } as unknown as Lab);

  test.each<[object, Record<string, string>, boolean, string]>([
    [{}, { LANG: 'en_GB.UTF-8' }, false, '100 columns, colour, UTF-8'],
    [{ color: false }, { LC_ALL: 'C.utf8', LANG: 'C' }, false, '100 columns, no colour, UTF-8'],
    [{}, { LANG: 'C' }, true, '100 columns, colour, ASCII'],
    [{ isTerminal: false, columns: 10 }, {}, false, 'stdout is not a terminal: no colour, no prompts'],
  ])('%j %j', (out, env, ascii, text) => expect(judge(out, env, ascii)).toBe(text));

  test.each<[object, Record<string, string>, RegExp]>([
    [{}, { LANG: 'C' }, /the locale 'C' is not UTF-8/],
    [{}, { LC_ALL: 'POSIX', LANG: 'en_GB.UTF-8' }, /the locale 'POSIX' is not UTF-8/],
    [{ columns: 60 }, { LANG: 'C.UTF-8' }, /60 columns/],
  ])('%j %j fails', (out, env, message) => expect(() => judge(out, env)).toThrow(message));
});
