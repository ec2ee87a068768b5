import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProfiles } from '../../src/settings.ts';
import { refusal } from '../support/refusal.ts';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'rmq-lab-profiles-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function writeProfiles(text: string, folder = join(home, '.config')): void {
  mkdirSync(join(folder, 'rmq-lab'), { recursive: true });
  writeFileSync(join(folder, 'rmq-lab/profiles.json'), text);
}

test('are read from the XDG configuration folder, else from ~/.config', () => {
  writeProfiles('{"profiles":{"a":{"url":"amqp://a"}}}');
  writeProfiles('{"current":"b","profiles":{"b":{"url":"amqp://b","api":"http://b"}}}', join(home, 'xdg'));
  expect(readProfiles({ HOME: home })).toEqual({ profiles: { a: { url: 'amqp://a' } } });
  expect(readProfiles({ HOME: home, XDG_CONFIG_HOME: '' })).toEqual({ profiles: { a: { url: 'amqp://a' } } });
  expect(readProfiles({ HOME: home, XDG_CONFIG_HOME: join(home, 'xdg') })).toEqual({
    current: 'b',
    profiles: { b: { url: 'amqp://b', api: 'http://b' } },
  });
});

test('no file and no home are no profiles', () => {
  expect(readProfiles({})).toEqual({ profiles: {} });
  expect(readProfiles({ HOME: '' })).toEqual({ profiles: {} });
  expect(readProfiles({ HOME: home })).toEqual({ profiles: {} });
  writeFileSync(join(home, '.config'), 'a file');
  expect(readProfiles({ HOME: home })).toEqual({ profiles: {} });
});

test('a file that cannot be read is an error, and no other broker', () => {
  mkdirSync(join(home, '.config/rmq-lab/profiles.json'), { recursive: true });
  expect(refusal(() => readProfiles({ HOME: home }))).toMatchObject({
    exitCode: 2,
    message: expect.stringMatching(/cannot be read: EISDIR$/),
  });
});

test.each<[string, string]>([
  ['', 'it is not JSON'],
  ['{"profiles":{"a":{"url":"amqp://u:SECRET@h"},', 'it is not JSON'],
  ['{"profiles":{"a":{"url":"amqp://u:SECRET@h" x', 'it is not JSON'],
  ['{"current": SECRET"}', 'it is not JSON'],
  ['null', 'it holds no object'],
  ['"amqp://u:SECRET@h"', 'it holds no object'],
  ['{"current":5}', 'current is not a string'],
  ['{"profiles":5}', 'profiles is not an object'],
  ['{"profiles":{"a":"amqp://u:SECRET@h"}}', "profile 'a' has no url"],
  ['{"profiles":{"a":{}}}', "profile 'a' has no url"],
  ['{"profiles":{"a":{"url":"amqp://u:SECRET@h","api":5}}}', "the api of profile 'a' is not a string"],
])('%s is refused, and never quoted', (text, why) => {
  writeProfiles(text);
  const error = refusal(() => readProfiles({ HOME: home }));
  expect(error).toMatchObject({ exitCode: 2, message: `${join(home, '.config/rmq-lab/profiles.json')} is not a file of profiles: ${why}` });
  expect(error.hint).toMatch(/mend or remove/);
  expect(`${error.stack} ${(error.cause as Error | undefined)?.stack}`).not.toContain('SECRET');
});
