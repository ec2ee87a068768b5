import type { Engine, EngineName } from '../engines/engine.ts';
import { UsageError } from '../errors.ts';
import { makeFolder, stateFolder } from '../lessons/state-folder.ts';
import { type EngineFlags, parseEngine } from './broker-flags.ts';
import type { Lab } from './lab.ts';

/**
 * The engine that a command means: the one named, else that of the broker that is up, else `lab`. Throws UsageError when `stop` could mean several.
 */
export async function chooseEngine(lab: Lab, flags: EngineFlags, purpose: 'run' | 'start' | 'stop' | 'look'): Promise<Engine> {
  const folder = stateFolder(lab.env);
  if (purpose !== 'look') makeFolder(folder);
  const named = parseEngine(flags);
  if (named !== undefined) return engineOf(named, folder, lab);
  // beside whatever is up
  if (purpose === 'run') return engineOf('lab', folder, lab);
  const { findEngines } = await import('../engines/state-file.ts');
  const [up = 'lab', ...others] = await findEngines(folder, lab.host);
  if (purpose === 'stop' && others.length > 0) {
    const all = [up, ...others];
    throw new UsageError(`brokers of ${all.length} engines are up: ${all.join(', ')}`, { hint: `name one: --engine ${up}` });
  }
  return engineOf(up, folder, lab);
}

/** Each is loaded only where it is used. */
async function engineOf(name: EngineName, folder: string, lab: Lab): Promise<Engine> {
  const { host } = lab;
  const surroundings = { now: () => lab.clock.now(), signal: lab.interrupted };
  if (name === 'rabbitmq') return (await import('../engines/rabbitmq.ts')).createRabbitmqEngine(folder, host, surroundings);
  if (name === 'docker') return (await import('../engines/docker.ts')).createDockerEngine(folder, host, surroundings);
  return (await import('../engines/lab.ts')).createLabEngine(folder, host);
}
