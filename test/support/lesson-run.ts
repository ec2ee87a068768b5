import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readCatalogue } from '../../src/lessons/catalogue.ts';
import { managementOf, type TestBroker } from './brokers.ts';
import { type CliResult, runCli } from './spawn.ts';

const root = join(import.meta.dirname, '../..');

/** The ids of all lessons, each with its English text. */
export const LESSONS: readonly (readonly [id: string, text: string])[] = readCatalogue({
  folder: join(root, 'lessons'),
  languages: ['en'],
  warn: () => undefined,
}).map((lesson) => [lesson.id, readFileSync(join(root, lesson.file), 'utf8')]);

/** The ids of those that there are in Portuguese, each with its title. */
export const TRANSLATED: readonly (readonly [id: string, title: string])[] = readCatalogue({
  folder: join(root, 'lessons'),
  languages: ['pt-BR', 'en'],
  warn: () => undefined,
})
  .filter(({ file }) => file.endsWith('/pt-BR.md'))
  .map(({ id, title }) => [id, title]);

/** Plays a lesson, or a lesson file, on a broker with nobody looking on. */
export async function play(
  broker: Pick<TestBroker, 'url' | 'api'>,
  lesson: string,
  ...more: string[]
): Promise<CliResult & { text: string }> {
  const env = { RMQ_LAB_URL: broker.url, RMQ_LAB_API: broker.api };
  const result = await runCli(['lesson', 'start', lesson, '--auto', ...more], { env });
  return { ...result, text: result.stdout.toString() };
}

/** The same for a changed lesson. */
export async function playText(broker: TestBroker, text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'rmq-lab-lesson-'));
  try {
    writeFileSync(join(folder, 'changed.md'), text);
    return await play(broker, join(folder, 'changed.md'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Fails unless the vhost that the transcript names is gone. */
export async function expectNothingLeft(broker: TestBroker, transcript: string) {
  const [vhost] = /rmq-lab-[a-z-]+-[a-z0-9]{6}/.exec(transcript) ?? [];
  expect(vhost).toBeDefined();
  expect(await managementOf(broker).get(`/api/vhosts/${vhost}`)).toBeUndefined();
}
