import type { Socket } from 'node:net';
import { Intake } from '../../../src/lab-broker/intake.ts';
import { encodeFrame } from '../../../src/lab-broker/wire/frames.ts';
import { createManualClock } from './manual-clock.ts';

const frames = (...bodies: string[]) => Buffer.concat(bodies.map((body) => encodeFrame(3, 1, Buffer.from(body))));

/** An intake that writes down what happens; each look at its clock finds `ms` more gone. */
function createIntake(ms = 0, on: (body: string, intake: Intake) => void = () => undefined) {
  const log: string[] = [];
  const clock = createManualClock();
  const state = { held: false };
  const socket = { pause: () => log.push('pause'), resume: () => log.push('resume') } as unknown as Socket;
  const intake = new Intake(
    socket,
    {
      ...clock,
      now: () => {
        clock.pass(ms);
        return clock.now();
      },
    },
    {
      turn: () => undefined,
      handle: ({ payload }) => {
        log.push(payload.toString());
        on(payload.toString(), intake);
        return true;
      },
      failed: (cause, reading) => {
        log.push(`${(cause as Error).message}${reading ? ' reading' : ''}`);
        return true;
      },
      held: () => state.held,
    },
  );
  return { intake, log, clock, state };
}

test('a frame that means much work is gone on with before the next, a part in each turn', () => {
  const { intake, log, clock } = createIntake(10, (body, into) => {
    if (body !== 'much') return;
    let left = 3;
    into.carryOn(() => {
      log.push(`${left}`);
      return --left > 0;
    });
  });
  intake.take(frames('much', 'next'));
  expect(log).toEqual(['much', '3', '2', 'pause']);
  clock.settle();
  expect(log.slice(4)).toEqual(['1', 'next', 'resume']);
});

test('what goes wrong while it is gone on with is no fault of the next frame', () => {
  const { intake, log } = createIntake(0, (body, into) => {
    if (body === 'much')
      into.carryOn(() => {
        throw new Error('wrong');
      });
  });
  intake.take(frames('much', 'next'));
  expect(log).toEqual(['much', 'wrong', 'next']);
});

test('after a frame that is handled badly the next is read', () => {
  const { intake, log } = createIntake(0, (body) => {
    if (body === 'bad') throw new Error('wrong');
  });
  intake.take(frames('bad', 'next'));
  expect(log).toEqual(['bad', 'wrong', 'next']);
});

test('nothing is handled from the moment when the client is held up, and all of it afterwards', () => {
  const { intake, log, state } = createIntake(0, (body) => {
    if (body === 'last') state.held = true;
  });
  intake.take(frames('first', 'last', 'held'));
  expect(log).toEqual(['first', 'last', 'pause']);
  intake.resume();
  expect(log).toHaveLength(3);
  state.held = false;
  intake.resume();
  expect(log.slice(3)).toEqual(['held', 'resume']);
});

test('nothing is handled after the connection has ended', () => {
  const { intake, log, state } = createIntake(0, () => {
    state.held = true;
  });
  intake.take(frames('first', 'late'));
  intake.stop();
  state.held = false;
  intake.resume();
  intake.take(frames('later'));
  expect(log).toEqual(['first', 'pause', 'resume']);
});
