import type { Command } from 'commander';
import type { PollOptions } from '../topology/poll.ts';
import { parseDuration } from '../values.ts';
import type { Lab } from './lab.ts';

/** The options that every `expect` has. */
export interface ExpectOptions {
  readonly absent?: boolean;
  readonly within: string;
}

/** How long what is to be absent must stay so, in milliseconds. */
const STABLE = 300;

/** Adds `--absent` (save for the `no-…` names, which mean it) and `--within`. */
export function addExpectOptions(command: Command, negated: boolean): Command {
  if (!negated) command.option('--absent', 'expect that there is none');
  return command.option('--within <duration>', 'how long to wait for it; 0 looks once', '5s');
}

/** How to look for what is expected; what is `negative` must stay so for a while. */
export function pollOptions(lab: Lab, within: string, negative: boolean): PollOptions {
  return {
    within: parseDuration(within, '--within'),
    stableFor: negative ? STABLE : 0,
    clock: lab.clock,
    signal: lab.interrupted,
  };
}
