import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readCatalogue, readLesson } from '../../../src/lessons/catalogue.ts';
import { preferredLanguages } from '../../../src/lessons/language.ts';
import type { Lesson, LessonCommand } from '../../../src/lessons/lesson.ts';
import { isVersionCondition, meetsVersion } from '../../../src/lessons/version.ts';
import { SAMPLE } from './lesson-text.ts';
import { useTemporaryFolder } from './temporary-folder.ts';

const shipped = join(import.meta.dirname, '../../../lessons');
const folder = useTemporaryFolder();

function read(languages: readonly string[] = ['en'], from = folder()) {
  const warnings: string[] = [];
  return { lessons: readCatalogue({ folder: from, languages, warn: (line) => warnings.push(line) }), warnings };
}

function put(name: string, text: string, file = 'en.md') {
  mkdirSync(join(folder(), name), { recursive: true });
  writeFileSync(join(folder(), name, file), text);
}

const second = SAMPLE.replace('id: sample', 'id: second').replace('order: 1', 'order: 2');

describe('a catalogue', () => {
  test('is in teaching order, whatever the folders are called, and leaves other folders out', () => {
    put('01-b', second);
    put('02-a', SAMPLE);
    put('drafts', 'no lesson');
    expect(read().lessons.map(({ id }) => id)).toEqual(['sample', 'second']);
  });

  test.each<[string, string, RegExp]>([
    [
      'an id twice',
      SAMPLE.replace('order: 1', 'order: 2'),
      /^lessons\/02-b\/en\.md:1: the id or the order is that of lessons\/01-a\/en\.md/,
    ],
    ['a place twice', SAMPLE.replace('id: sample', 'id: second'), /the id or the order is that of/],
    [
      'a concept that nobody introduced',
      second.replace('uses: []', 'uses: [queue, stream]'),
      /^lessons\/02-b\/en\.md:1: uses 'stream', which no lesson/,
    ],
    ['a defect', second.replace('{run}', '{ran}'), /^lessons\/02-b\/en\.md:16: unknown kind/],
  ])('with %s is refused', (_, text, message) => {
    put('01-a', SAMPLE);
    put('02-b', text);
    expect(() => read()).toThrow(message);
  });

  describe('in another language', () => {
    const translated = (textHash: string) =>
      SAMPLE.replace('title: A sample', `title: Um exemplo\ntranslates: ${textHash}`)
        .replace('# A sample', '# Um exemplo')
        .replace('Words', 'Palavras');
    const englishHash = () => {
      put('01-a', SAMPLE);
      return readLesson(join(folder(), '01-a/en.md')).textHash;
    };

    test('takes the translation', () => {
      put('01-a', translated(englishHash()), 'pt-BR.md');
      expect(read(['pt-BR', 'pt', 'en']).lessons[0]?.title).toBe('Um exemplo');
      expect(read(['en']).lessons[0]?.title).toBe('A sample');
    });

    test.each<[string, (hash: string) => string]>([
      ['made from another text', () => translated('0123456789abcdef')],
      ['that does something else', (hash) => translated(hash).replace('--ready 0', '--ready 9')],
    ])('falls back to English for one %s, and says so', (_, text) => {
      put('01-a', text(englishHash()), 'pt-BR.md');
      const { lessons, warnings } = read(['pt-BR', 'en']);
      expect(lessons[0]?.title).toBe('A sample');
      expect(warnings).toEqual([
        expect.stringMatching(/^lessons\/01-a\/pt-BR\.md is not of the present English text \(translates: [0-9a-f]{16}\)/),
      ]);
    });

    test('falls back to English in silence where there is none', () => {
      put('01-a', SAMPLE);
      expect(read(['de', 'en'])).toMatchObject({ lessons: [{ title: 'A sample' }], warnings: [] });
    });
  });
});

test.each<[string | undefined, Record<string, string>, string[]]>([
  [undefined, {}, ['en']],
  ['pt-BR', { LANG: 'de_DE' }, ['pt-BR', 'pt', 'en']],
  [undefined, { LANG: 'pt_BR.UTF-8' }, ['pt-BR', 'pt', 'en']],
  [undefined, { LC_ALL: 'de_DE@euro', LANG: 'fr' }, ['de-DE', 'de', 'en']],
  [undefined, { LC_ALL: '', LANG: 'C.UTF-8' }, ['en']],
  [undefined, { LANG: 'POSIX' }, ['en']],
  ['en', {}, ['en']],
])('--lang %s with %j looks for %j', (asked, env, languages) => expect(preferredLanguages(asked, env)).toEqual(languages));

test.each<[string, string, boolean]>([
  ['4.0.5', '>=4.0', true],
  ['4.0.5', '>=4', true],
  ['3.13.7', '>=4.0', false],
  ['3.9.0', '>=3.10', false],
  ['3.10.8', '>=3.10', true],
  ['4.3.6', '<4.3', false],
  ['4.2.9', '<4.3', true],
  ['4.0.5', '=4.0', true],
  ['4.0.5', '>4.0', false],
  ['4.1.0', '>4.0', true],
  ['4.0.5', '<=4.0', true],
  ['4.2.0-rc.1', '>=4.2', true],
  ['4.1.0', '>=4.0 <4.2', true],
  ['4.2.0', '>= 4.0 < 4.2', false],
])('%s %s: %j', (version, condition, meets) => {
  expect(isVersionCondition(condition)).toBe(true);
  expect(meetsVersion(version, condition)).toBe(meets);
});

test.each(['', '4', 'new', '>=', '>=4.0.5.1', '>=4.0 or less'])('%j is no condition', (text) =>
  expect(isVersionCondition(text)).toBe(false),
);

describe('the lessons that come with the program', () => {
  const { lessons, warnings } = read(['en'], shipped);
  const commandsOf = ({ steps }: Lesson): LessonCommand[] =>
    steps.flatMap(({ action }) => {
      if (action === undefined || action.kind === 'stop') return [];
      const proofs = action.kind === 'predict' ? action.options.flatMap((option) => option.proofs.filter((proof) => 'argv' in proof)) : [];
      const solution = action.kind === 'check' ? action.solution.flatMap(({ commands }) => commands) : [];
      return [...action.commands, ...proofs, ...solution];
    });

  test('begin with the six on exchanges', () => {
    expect(warnings).toEqual([]);
    expect(lessons.slice(0, 6).map(({ id, order }) => [order, id])).toEqual([
      [1, 'hello'],
      [2, 'declare'],
      [3, 'direct'],
      [4, 'fanout'],
      [5, 'topic'],
      [6, 'headers'],
    ]);
  });

  test('are up to date in Portuguese, and do the same there', () => {
    const portuguese = read(['pt-BR', 'en'], shipped);
    expect(portuguese.warnings).toEqual([]);
    expect(portuguese.lessons.filter(({ file }) => !file.endsWith('/pt-BR.md'))).toEqual([]);
    expect(portuguese.lessons.map(({ hash, minutes, introduces, uses }) => ({ hash, minutes, introduces, uses }))).toEqual(
      lessons.map(({ hash, minutes, introduces, uses }) => ({ hash, minutes, introduces, uses })),
    );
  });

  test.each(lessons.map((lesson) => [lesson.id, lesson] as const))(
    '%s has a prediction, something to do, corrections, and a link',
    (_, lesson) => {
      const kinds = lesson.steps.map(({ action }) => action?.kind);
      expect(kinds).toEqual(expect.arrayContaining(['predict', 'check']));
      expect(lesson.steps.at(-1)?.text).toMatch(/## What people get wrong[\s\S]*https:\/\/www\.rabbitmq\.com\//);
      expect(lesson.minutes).toBeLessThanOrEqual(15);
    },
  );

  test.each(lessons.map((lesson) => [lesson.id, lesson] as const))(
    '%s uses no command and no word before it is introduced',
    (_, lesson) => {
      const known = new Set(lessons.slice(0, lessons.indexOf(lesson) + 1).flatMap(({ introduces }) => introduces));
      expect(
        commandsOf(lesson)
          .map(({ argv }) => argv[0])
          .filter((command) => !known.has(command ?? '')),
      ).toEqual([]);
      const text = readFileSync(join(shipped, lesson.file.replace('lessons/', '')), 'utf8')
        .split('---')
        .slice(2)
        .join('---');
      const later = lessons.flatMap(({ introduces }) => introduces).filter((concept) => !known.has(concept));
      expect(later.filter((concept) => new RegExp(`\\b${concept}s?\\b(?!-)`, 'i').test(text))).toEqual([]);
    },
  );

  test('say what they use of those before', () => {
    for (const lesson of lessons) {
      const declared = new Set([...lesson.introduces, ...lesson.uses]);
      expect([lesson.id, commandsOf(lesson).filter(({ argv }) => !declared.has(argv[0] ?? ''))]).toEqual([lesson.id, []]);
    }
  });

  test('can be copied: nothing else is in their folders', () => {
    cpSync(shipped, folder(), { recursive: true });
    for (const name of readdirSync(folder())) {
      expect(name).toMatch(/^\d\d-[a-z-]+$/);
      expect(readdirSync(join(folder(), name)).filter((file) => !/^[a-z]{2}(-[A-Z]{2})?\.md$/.test(file))).toEqual([]);
    }
  });
});
