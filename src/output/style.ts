import { Chalk, type ChalkInstance } from 'chalk';

/** Colours, or none at all. The level is ours to decide: chalk does not know `NO_COLOR`. */
export function createStyle(color: boolean): ChalkInstance {
  return new Chalk({ level: color ? 1 : 0 });
}
