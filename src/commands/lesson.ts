import { Command, Option } from 'commander';
import { LabError, UsageError } from '../errors.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { lessonListView } from '../output/lesson-list-view.ts';
import { closest } from '../suggest.ts';
import { handDownOptions } from './hand-down.ts';
import type { Act, Lab } from './lab.ts';
import { play } from './lesson-play.ts';
import { findLesson, listLessons, noteLeftovers, openShelf, type Shelf } from './lesson-shelf.ts';
import { examples } from './options.ts';

interface Flags {
  readonly auto?: boolean;
  readonly here?: boolean;
  readonly lang?: string;
}

/** `rmq-lab lesson`, and what stands under it. */
export function lesson(act: Act): Command {
  const command = new Command('lesson')
    .description(
      'Lessons on a live broker: each shows commands, lets you guess what they will do, runs them, and has you do something ' +
        'yourself. A lesson works in a vhost of its own, which is removed at its end. Where you name no broker and none answers, it ' +
        'brings one. Without a subcommand: the list.',
    )
    .addOption(language())
    .addHelpText(
      'after',
      examples([
        ['rmq-lab lesson next', 'the next lesson that you have not done'],
        ['rmq-lab lesson start topic', 'a certain one'],
        ['rmq-lab lesson resume', 'go on where you left'],
        ['rmq-lab lesson start hello --auto', 'play it through without asking'],
      ]),
    )
    .argument('[words...]')
    .usage('[options] [command]')
    .action(
      act(async (lab: Lab, [word]: readonly string[], flags: Flags) => {
        if (word !== undefined) throw unknownWord(lab, word);
        await list(lab, flags);
      }),
    );

  handDownOptions(command);
  command.addCommand(
    new Command('list')
      .summary('the lessons, and how far you are')
      .addOption(language())
      .addHelpText('after', examples([['rmq-lab lesson list --json', 'for a script']]))
      .action(act((lab: Lab, flags: Flags) => list(lab, flags))),
  );
  command.addCommand(
    playing(
      new Command('start').summary('begin a lesson').argument('[id]', 'the lesson, by its id or number, or a lesson file (./mine.md)'),
    )
      .addHelpText(
        'after',
        examples([
          ['rmq-lab lesson start hello', 'the first lesson'],
          ['rmq-lab lesson start hello --url lab:', 'on a lab broker of its own, with nothing installed'],
        ]),
      )
      .action(act((lab: Lab, id: string | undefined, flags: Flags) => start(lab, id, flags))),
  );
  command.addCommand(
    playing(new Command('next').summary('begin the next lesson, or go on with the one begun'))
      .addHelpText('after', examples([['rmq-lab lesson next', 'in teaching order']]))
      .action(act((lab: Lab, flags: Flags) => next(lab, flags))),
  );
  command.addCommand(
    playing(new Command('resume').summary('go on where you left').argument('[id]', 'the lesson (default: the one left last)'))
      .addHelpText('after', examples([['rmq-lab lesson resume', 'go on with the lesson left last']]))
      .action(act((lab: Lab, id: string | undefined, flags: Flags) => resume(lab, id, flags))),
  );
  command.addCommand(
    new Command('reset')
      .summary('forget how far you are in a lesson, or in all')
      .argument('[id]', 'the lesson (default: all)')
      .addHelpText('after', examples([['rmq-lab lesson reset hello', 'asks first; --yes goes ahead']]))
      .action(act((lab: Lab, id: string | undefined) => reset(lab, id))),
  );
  return command;
}

/** What was probably meant by a word that is none of the subcommands. */
function unknownWord(lab: Lab, word: string): UsageError {
  const { lessons } = openShelf(lab, undefined);
  const named = lessons.find(({ id, order }) => id === word || String(order) === word);
  if (named !== undefined) return new UsageError(`'${word}' is a lesson, not a command`, { hint: `rmq-lab lesson start ${named.id}` });
  const meant = closest(word, ['list', 'start', 'next', 'resume', 'reset']);
  return new UsageError(`unknown command 'lesson ${word}'${meant === undefined ? '' : `: did you mean ${meant}?`}`, {
    hint: meant === undefined ? 'rmq-lab lesson --help' : `rmq-lab lesson ${meant}`,
  });
}

function language(): Option {
  return new Option('--lang <language>', 'language of the text, such as pt-BR (default: LC_ALL, LANG, English)');
}

function playing(command: Command): Command {
  return command
    .option('--auto', 'answer with the authored answers, print a transcript, fail on any difference (implied without a terminal)')
    .option('--here', 'work in the given vhost instead of a temporary one')
    .addOption(language());
}

async function list(lab: Lab, { lang }: Flags): Promise<void> {
  const lessons = listLessons(openShelf(lab, lang));
  await lab.print(lessons, () => lessonListView(lessons, { color: lab.out.color, ascii: lab.settings.ascii }));
  await noteLeftovers(lab);
}

async function start(lab: Lab, id: string | undefined, flags: Flags): Promise<void> {
  const shelf = openShelf(lab, flags.lang);
  const chosen = id === undefined ? await choose(lab, shelf, flags) : findLesson(shelf, id);
  if (chosen !== undefined) await begin(lab, shelf, chosen, flags, 0);
}

async function next(lab: Lab, flags: Flags): Promise<void> {
  const shelf = openShelf(lab, flags.lang);
  const open = shelf.lessons.find((candidate) => ['new', 'started'].includes(shelf.progress.of(candidate).state));
  if (open === undefined) lab.note('every lesson is done; rmq-lab lesson start ID goes through one again');
  else await begin(lab, shelf, open, flags, shelf.progress.of(open).step);
}

async function resume(lab: Lab, id: string | undefined, flags: Flags): Promise<void> {
  const shelf = openShelf(lab, flags.lang);
  const { progress } = shelf;
  const begun = shelf.lessons.filter((candidate) => progress.of(candidate).state === 'started');
  const last = begun.sort((a, b) => progress.of(b).at - progress.of(a).at)[0];
  const chosen = id === undefined ? last : findLesson(shelf, id);
  if (chosen === undefined) throw new LabError('condition', 'no lesson is begun and not finished', { hint: 'rmq-lab lesson next' });
  await begin(lab, shelf, chosen, flags, progress.of(chosen).step);
}

async function reset(lab: Lab, id: string | undefined): Promise<void> {
  const shelf = openShelf(lab, undefined);
  const chosen = id === undefined ? undefined : findLesson(shelf, id);
  const what = chosen === undefined ? 'all lessons' : `the lesson ${chosen.id}`;
  if (!(await lab.confirm(`Forget how far you are in ${what}?`))) return;
  shelf.progress.reset(chosen?.id);
  lab.note(`forgotten: ${what}`);
}

async function begin(lab: Lab, shelf: Shelf, chosen: Lesson, flags: Flags, from: number): Promise<void> {
  const auto = flags.auto === true || !canAsk(lab);
  if (!auto) await noteLeftovers(lab);
  await play(lab, shelf, chosen, { auto, here: flags.here === true, from });
}

async function choose(lab: Lab, shelf: Shelf, flags: Flags): Promise<Lesson | undefined> {
  if (flags.auto === true || !canAsk(lab)) {
    throw new UsageError('which lesson?', { hint: `name one of ${shelf.lessons.map(({ id }) => id).join(', ')}` });
  }
  const choices = listLessons(shelf).map(({ order, title, state }) => ({ name: `${order}  ${title}`, hint: state }));
  const index = await (await lab.prompter()).choose('Which lesson?', choices);
  if (lab.interrupted.aborted) throw lab.interrupted.reason;
  return index === undefined ? undefined : shelf.lessons[index];
}

/** A question needs a terminal to read from and one to ask on, and nobody who reads JSON. */
function canAsk(lab: Lab): boolean {
  return lab.stdin.isTTY === true && lab.err.isTerminal && !lab.settings.json;
}
