import { accessSync, constants, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { LabError, UsageError } from '../errors.ts';
import type { Host } from './engine.ts';

const PROGRAM = 'rabbitmq-server';
/** Where packages put the server's own programs. What they put on PATH may serve their service alone. */
const FOLDERS = ['/usr/lib/rabbitmq/bin', '/opt/homebrew/sbin', '/usr/local/sbin', '/opt/rabbitmq/sbin'];

/**
 * The program that runs a server: of `home`, else of RABBITMQ_HOME, else where packages put it, else on PATH. Fails with a UsageError or
 * LabError that says where one was looked for.
 */
export function findServer(home: string | undefined, env: Host['env']): string {
  const named = home ?? env.RABBITMQ_HOME;
  if (named !== undefined && named !== '') {
    const found = [join(named, 'sbin', PROGRAM), join(named, 'bin', PROGRAM), join(named, PROGRAM)].find(isProgram);
    if (found !== undefined) return found;
    throw new UsageError(`${home === undefined ? 'RABBITMQ_HOME' : '--home'}: there is no sbin/${PROGRAM} in ${named}`, {
      hint: 'name the folder of the RabbitMQ server, such as /usr/lib/rabbitmq',
    });
  }
  const folders = [...FOLDERS, ...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== '')];
  const found = folders.map((folder) => join(folder, PROGRAM)).find(isProgram);
  if (found === undefined) {
    throw new LabError('unreachable', 'no RabbitMQ server is installed here', {
      hint: 'name its folder with --home or RABBITMQ_HOME, or take the lab broker: rmq-lab broker start',
    });
  }
  // the programs beside it are found by where it really is
  const real = realpathSync(found);
  return dirname(real).endsWith('bin') ? real : found;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
