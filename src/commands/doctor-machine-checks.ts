import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import { LabError } from '../errors.ts';
import { stateFolder } from '../lessons/state-folder.ts';
import { meetsVersion } from '../lessons/version.ts';
import type { Check } from '../output/doctor-view.ts';
import { attempt } from './doctor-checks.ts';
import type { Lab } from './lab.ts';

/** The `engines` of package.json. */
const OLDEST_NODE = '20.17';

/** Tables and pictures are made for this many columns. */
const COLUMNS = 80;

/** What is found out about this machine. */
export async function checkMachine(lab: Lab): Promise<Check[]> {
  return [
    await attempt('node', async () => judgeNode(lab.nodeVersion)),
    await attempt('terminal', async () => judgeTerminal(lab)),
    await attempt('state folder', async () => checkFolder(stateFolder(lab.env))),
  ];
}

/** What to think of this version of Node (`v20.17.0`). Throws a LabError when it is too old. */
export function judgeNode(version: string): string {
  if (meetsVersion(version.replace(/^v/, ''), `>=${OLDEST_NODE}`)) return `Node.js ${version}`;
  throw new LabError('condition', `Node.js ${version} is older than ${OLDEST_NODE}`, { hint: 'install Node.js 20 LTS or later' });
}

/** What can be shown here. Throws a LabError when a person at this terminal would see garbage. */
export function judgeTerminal({ out, env, settings }: Pick<Lab, 'out' | 'env' | 'settings'>): string {
  if (!out.isTerminal) return 'stdout is not a terminal: no colour, no prompts';
  const locale = [env.LC_ALL, env.LC_CTYPE, env.LANG].find((value) => value !== undefined && value !== '') ?? '';
  const unicode = /utf-?8/i.test(locale);
  if (!unicode && !settings.ascii) {
    throw new LabError('condition', `the locale '${locale}' is not UTF-8, so lines and arrows may look like garbage`, {
      hint: 'export LANG=C.UTF-8, or give --ascii',
    });
  }
  if (out.columns < COLUMNS) {
    throw new LabError('condition', `the terminal has ${out.columns} columns; pictures and tables want ${COLUMNS}`, {
      hint: 'make the window wider, or the letters smaller',
    });
  }
  return `${out.columns} columns, ${out.color ? 'colour' : 'no colour'}, ${settings.ascii ? 'ASCII' : 'UTF-8'}`;
}

/** Whether the folder, or the nearest one above it that exists, can be written to. */
async function checkFolder(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    try {
      await access(at, constants.W_OK | constants.X_OK);
      return `${folder} can be written to`;
    } catch (cause) {
      const { code } = cause as NodeJS.ErrnoException;
      if (code === 'ENOENT' && dirname(at) !== at) continue;
      throw new LabError('condition', `${folder} cannot be written to (${code ?? 'unknown reason'})`, {
        cause,
        hint: 'name a folder that can: export XDG_STATE_HOME=/path',
      });
    }
  }
}
