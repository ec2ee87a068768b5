import { isLoopback, showAddress } from '../client/target.ts';
import { LabError } from '../errors.ts';
import { KEYS } from '../lessons/input.ts';
import { joinLines } from '../lessons/join.ts';
import type { Lesson } from '../lessons/lesson.ts';
import { type Namespace, type RunWith, withGivenVhost, withTemporaryVhost } from '../lessons/namespace.ts';
import { missingNeed } from '../lessons/needs.ts';
import type { Answer, Question, Ran, Request, Shown } from '../lessons/request.ts';
import { type Played, playLesson } from '../lessons/run.ts';
import { keysView, lessonListView } from '../output/lesson-list-view.ts';
import { headView, promptView, shownView } from '../output/lesson-view.ts';
import { wrapText } from '../output/lesson-wrap.ts';
import { serverView } from '../output/server-view.ts';
import { shellWord } from '../suggest.ts';
import type { Lab } from './lab.ts';
import { stoppable } from './lesson-interrupt.ts';
import { createLanes } from './lesson-lanes.ts';
import { createLook, type Look } from './lesson-look.ts';
import { runInLesson, sayWhenSlow } from './lesson-run.ts';
import { journalFolder, listLessons, type Shelf } from './lesson-shelf.ts';
import type { Prompter } from './prompter.ts';

/** How a lesson is to be played. */
export interface PlayFlags {
  readonly auto: boolean;
  readonly here: boolean;
  /** The step to begin with, from 0. */
  readonly from: number;
}

/** Lines longer than this are hard to read, however wide the terminal is. */
const WIDEST = 88;

/** Plays a lesson in a namespace of its own, and removes what it made, however it ends. */
export async function play(lab: Lab, shelf: Shelf, lesson: Lesson, flags: PlayFlags): Promise<void> {
  await lab.bringBroker();
  const target = await lab.target();
  const far = target.addresses.find((address) => !isLoopback(address));
  if (far !== undefined && !(await lab.confirm(`${showAddress(far)} is not on this machine. Run a lesson there?`))) return;
  const server = await lab.withBroker(async (broker) => broker.server);
  const { version } = server;
  const options = {
    lesson,
    target,
    folder: target.embedded ? undefined : journalFolder(lab),
    warn: lab.warn,
    management: lab.management,
    run: ((argv, env, signal) =>
      lab.run(lab.settings.ascii ? ['--ascii', ...argv] : argv, {
        env: { ...env, NO_COLOR: '1' },
        ...(signal === undefined ? {} : { signal }),
      })) satisfies RunWith,
  };
  const use = async (namespace: Namespace): Promise<Played> => {
    const missing = await missingNeed(lesson, version, namespace);
    if (missing !== undefined) throw new LabError('condition', `skipped: the lesson ${lesson.id} needs ${missing}`);
    const place = namespace.temporary
      ? `It has a part of the broker to itself, the vhost \`${namespace.vhost}\`, which is removed at its end.`
      : `It works in the vhost \`${namespace.vhost}\` as it is; what it makes there is removed at its end.`;
    const broker = `${server.lab ? 'the ' : ''}${serverView(server)} at ${target.addresses.map((address) => showAddress({ ...address, vhost: '/' })).join(', ')}`;
    const stage = createStage(lab, shelf, lesson, namespace, flags);
    // nobody looks on who could open a second terminal
    const join = flags.auto ? [] : joinLines(target, namespace.vhost);
    const takeBack = await announce(lab, lesson, namespace);
    try {
      await stage.write(headView({ ...lesson, broker, place }, join, stage.display));
      return await stage.play(version);
    } finally {
      takeBack();
    }
  };
  const played = await (flags.here ? withGivenVhost(options, use) : withTemporaryVhost(options, use));
  await conclude(lab, shelf, lesson, played, flags, version);
}

/** Lets a second terminal find the lesson's own broker. Where that cannot be, the lesson is played all the same. */
async function announce(lab: Lab, { id }: Lesson, { vhost }: Namespace): Promise<() => void> {
  try {
    return await lab.announceLesson({ id, vhost });
  } catch (cause) {
    lab.note(`a second terminal will not find this broker by itself: ${cause instanceof Error ? cause.message : String(cause)}`);
    return () => undefined;
  }
}

function columnsOf(lab: Lab): number {
  return Math.min(lab.out.columns, WIDEST);
}

/** Carries out what a playing lesson asks for. */
function createStage(lab: Lab, shelf: Shelf, lesson: Lesson, namespace: Namespace, flags: PlayFlags) {
  const display = { color: lab.out.color, ascii: lab.settings.ascii, columns: columnsOf(lab) };
  const ran: (readonly string[])[] = [];
  const history: string[] = [];
  let prompter: Prompter | undefined;
  const lanes = createLanes(namespace, lab.interrupted);
  const write = async (text: string) => {
    if (!lab.settings.json) await lab.write(text);
  };

  const show = async (what: Shown) => {
    if (what.kind === 'keys') await write(`\n${keysView(KEYS, display)}\n`);
    else if (what.kind === 'list') await write(`\n${lessonListView(listLessons(shelf), display)}\n`);
    else await write(shownView(what, display, lesson.file));
  };

  const ask = async (question: Question): Promise<string | undefined> => {
    prompter ??= await lab.prompter();
    const line = await prompter.ask(promptView(question, { ...display, color: lab.err.color }), { history });
    if (line !== undefined && line.trim().length > 1) history.push(line);
    return line;
  };

  const say = (line: string) => write(shownView({ kind: 'note', text: `  ${line}` }, display, lesson.file));

  const run = async ({ argv, refused, typed }: Extract<Request, { do: 'run' }>): Promise<Ran> => {
    if (flags.auto) return runInLesson(namespace, argv, { refused });
    if (!typed) return sayWhenSlow(runInLesson(namespace, argv, { refused }), () => say(`waiting for: ${argv.map(shellWord).join(' ')} …`));
    const ran = await stoppable(lab.stdin, lab.interrupted, (signal) => runInLesson(namespace, argv, { refused, say, signal }));
    return ran.exitCode === 130 && !lab.interrupted.aborted ? { ...ran, stderr: `${ran.stderr}(stopped by Ctrl-C)\n` } : ran;
  };

  const answer = async (request: Request, look: Look): Promise<Answer> => {
    switch (request.do) {
      case 'show':
        await show(request.what);
        return undefined;
      case 'run':
        ran.push(request.argv);
        return { ran: await run(request) };
      case 'ask':
        return { line: await ask(request.question) };
      case 'look': {
        const picture = await look(ran.splice(0));
        if (picture !== '' && !request.quiet) await write(`\n${picture}\n`);
        return undefined;
      }
      case 'clear':
        await lanes.stopAll();
        await namespace.clear();
        return undefined;
      case 'reached':
        remember(lab, shelf, lesson, request);
        return undefined;
      case 'start':
        lanes.start(request.lane, request.argv);
        return undefined;
      case 'glance':
        return { ended: lanes.hasEnded(request.lane) };
      case 'stop':
        return { ran: await lanes.stop(request.lane) };
    }
  };

  return {
    display,
    write,
    async play(version: string): Promise<Played> {
      const look = await createLook(lab, namespace, display.columns);
      const course = playLesson(lesson, {
        auto: flags.auto,
        from: flags.from,
        skipped: flags.from === 0 ? 0 : shelf.progress.of(lesson).skipped,
        version,
      });
      try {
        for (let next = course.next(); ; ) {
          if (next.done) return next.value;
          const given = await answer(next.value, look);
          if (lab.interrupted.aborted) {
            lab.note('rmq-lab lesson resume goes on here another time');
            throw lab.interrupted.reason;
          }
          next = course.next(given);
        }
      } finally {
        await lanes.stopAll();
      }
    },
  };
}

/** Notes how far the learner is; what was gone through once stays so. A lesson does not fail for want of a note. */
function remember(
  lab: Lab,
  { progress }: Shelf,
  lesson: Lesson,
  { step, skipped }: { readonly step: number; readonly skipped: number },
): void {
  const { state } = progress.of(lesson);
  if (state === 'done' || state === 'skipped') return;
  save(lab, () => progress.save(lesson, { state: 'started', step, skipped, at: lab.clock.now() }));
}

function save(lab: Lab, write: () => void): void {
  try {
    write();
  } catch (cause) {
    lab.note(`your progress could not be kept: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Notes the end, says what comes next, and fails when lesson and broker disagreed with nobody looking on. */
async function conclude(lab: Lab, shelf: Shelf, lesson: Lesson, played: Played, flags: PlayFlags, version: string): Promise<void> {
  const { progress, lessons } = shelf;
  const { finished, skipped, differences } = played;
  if (finished) {
    const whole = skipped === 0 || progress.of(lesson).state === 'done';
    save(lab, () => progress.save(lesson, { state: whole ? 'done' : 'skipped', step: 0, skipped, at: lab.clock.now() }));
  }
  const { state } = progress.of(lesson);
  await lab.print({ id: lesson.id, version, finished, state, skipped, differences }, () => {
    if (!finished) return flags.auto ? '' : '\nrmq-lab lesson resume goes on here another time.';
    const left = skipped === 0 ? '' : `, with ${skipped} ${skipped === 1 ? 'part' : 'parts'} skipped`;
    const next = lessons.find((candidate) => candidate.order > lesson.order && progress.of(candidate).state === 'new');
    const said = `\nLesson ${lesson.order} is done${left}.${next === undefined ? '' : ` Next: rmq-lab lesson next (${next.title})`}`;
    return wrapText(said, columnsOf(lab), 0);
  });
  if (flags.auto && differences.length > 0) {
    throw new LabError('condition', `the lesson ${lesson.id} and the broker (${version}) disagree`, {
      detail: differences.map(({ line, message }) => `${lesson.file}:${line}: ${message}`).join('\n'),
    });
  }
}
