import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createManagement } from '../client/management.ts';
import { LabError } from '../errors.ts';
import type { BrokerRecord } from './broker-record.ts';
import type { Engine, Host, Started, StartOptions } from './engine.ts';
import { withLockFile, withLockFileIfPossible } from './lock-file.ts';
import { expectSameOptions } from './other-options.ts';
import { AMQP_PORT, apiPortOf, expectFree, freePorts } from './ports.ts';
import { accepts, amend, clear, findRecorded, findRunning, lockOf } from './state-file.ts';

const SLOT = 'docker';
/** The release that is taken unless another is named: the newest of this series. */
const RELEASE = '4';
/** How long a container may take to accept connections, and an image to be fetched before, in milliseconds. */
const START_TIME = 120_000;
const PULL_TIME = 600_000;
const LOCK_TIME = START_TIME + PULL_TIME;
/** How long one call of the program may take, in milliseconds. */
const CALL_TIME = 60_000;
const ANSWER_TIME = 2_000;
const PAUSE = 100;
const LAST_LINES = '12';

/** RabbitMQ's official image in a container of its own. `folder` is the state folder, and exists. */
export function createDockerEngine(
  folder: string,
  host: Host,
  { now, signal }: { readonly now: () => number; readonly signal: AbortSignal },
): Engine {
  // other users, and other state folders, have other containers
  const container = `rmq-lab-${createHash('sha256').update(folder).digest('hex').slice(0, 8)}`;
  const docker = (args: readonly string[], timeout = CALL_TIME) => callDocker(args, host, timeout);
  const locked = <T>(use: () => Promise<T>) => withLockFile(lockOf(folder, SLOT), host, use, LOCK_TIME);

  /** The record, if its container runs; that of another is removed. */
  const find = async (): Promise<BrokerRecord | undefined> => {
    const record = await findRecorded(folder, SLOT, host);
    if (record === undefined || (await pidOf(container, docker)) !== undefined) return record;
    clear(folder, SLOT);
    return undefined;
  };

  const start = async (options: StartOptions): Promise<Started> => {
    await expectDocker(docker);
    const found = await find();
    if (found !== undefined && (await accepts(found.url))) {
      expectSameOptions(options, found);
      return { already: true, broker: found };
    }
    const { port: wanted = AMQP_PORT, apiPort: wantedApi = apiPortOf(wanted), release = RELEASE, memoryLimit } = options;
    // what an earlier one left; its data are in the volume
    await docker(['rm', '--force', container]).catch(() => undefined);
    await expectFree(wanted, '--port');
    await expectFree(wantedApi, '--api-port');
    const [freeOne = 0, freeOther = 0] = await freePorts(2);
    const port = wanted === 0 ? freeOne : wanted;
    const apiPort = wantedApi === 0 ? freeOther : wantedApi;
    const image = `rabbitmq:${release}-management`;
    await docker(['image', 'inspect', '--format', '{{.Id}}', image]).catch(() => docker(['pull', '--quiet', image], PULL_TIME));
    await docker([
      ...['run', '--detach', '--name', container, '--label', `rmq-lab=${folder}`],
      // its data are kept under the name of its machine
      ...['--hostname', 'rmq-lab', '--volume', `${container}-${release}:/var/lib/rabbitmq`],
      ...['--publish', `127.0.0.1:${port}:5672`, '--publish', `127.0.0.1:${apiPort}:15672`],
      ...(memoryLimit === undefined
        ? []
        : ['--env', `RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS=-rabbit vm_memory_high_watermark {absolute,${memoryLimit}}`]),
      image,
    ]);
    try {
      const api = `http://127.0.0.1:${apiPort}`;
      const version = await awaitServer(api, () => pidOf(container, docker), signal);
      const broker: BrokerRecord = {
        ...{ engine: SLOT, url: `amqp://127.0.0.1:${port}`, api, pid: (await pidOf(container, docker)) ?? host.pid, version },
        ...{ startedAt: new Date(now()).toISOString(), host: hostname(), container },
        options: { ...options, release, port, apiPort },
      };
      amend(folder, SLOT, broker);
      return { already: false, broker };
    } catch (cause) {
      const detail = await docker(['logs', '--tail', LAST_LINES, container]).catch(() => '');
      await docker(['rm', '--force', container]).catch(() => undefined);
      if (!(cause instanceof LabError) || signal.aborted) throw cause;
      throw new LabError(cause.kind, cause.message, { cause, detail, ...(cause.hint === undefined ? {} : { hint: cause.hint }) });
    }
  };

  const stop = async (how: 'stop' | 'kill' = 'stop'): Promise<BrokerRecord | undefined> => {
    if ((await findRecorded(folder, SLOT, host)) === undefined) return undefined;
    await expectDocker(docker);
    const found = await find();
    if (found === undefined) return undefined;
    await docker([how, container]);
    await docker(['rm', '--force', container]);
    clear(folder, SLOT);
    return found;
  };

  return {
    name: SLOT,
    start: (options) => locked(() => start(options)),
    stop: (how) => withLockFileIfPossible(lockOf(folder, SLOT), host, () => stop(how), LOCK_TIME),
    restart: (options) =>
      locked(async () => {
        const before = await stop();
        return start({ ...before?.options, ...options });
      }),
    status: () => findRunning(folder, SLOT, host),
    async *logs(follow, until) {
      await expectDocker(docker);
      if ((await find()) === undefined) {
        throw new LabError('condition', 'no broker of the engine docker is up, so there is no log', {
          hint: 'rmq-lab broker start --engine docker',
        });
      }
      const child = spawn('docker', ['logs', ...(follow ? ['--follow'] : []), container], {
        env: { ...host.env },
        stdio: ['ignore', 'pipe', 'ignore'],
        signal: until,
      });
      child.on('error', () => undefined);
      yield* child.stdout;
    },
  };
}

type Docker = (args: readonly string[], timeout?: number) => Promise<string>;

/** What docker printed. Fails with a LabError that has its last words. */
async function callDocker(args: readonly string[], host: Host, timeout: number): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)('docker', args, { env: { ...host.env }, timeout });
    return stdout.trim();
  } catch (cause) {
    const { code, stderr = '', message } = cause as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT') {
      throw new LabError('unreachable', 'there is no docker program here', { cause, hint: `install Docker, or ${WITHOUT}` });
    }
    const said = stderr.trim().split('\n').at(-1);
    throw new LabError('unreachable', `docker ${args[0]}: ${said === undefined || said === '' ? message : said}`, { cause });
  }
}

const WITHOUT = 'take the lab broker, which needs nothing: rmq-lab broker start';

async function expectDocker(docker: Docker): Promise<void> {
  try {
    await docker(['version', '--format', '{{.Server.Version}}']);
  } catch (cause) {
    if (!(cause instanceof LabError) || cause.hint !== undefined) throw cause;
    throw new LabError('unreachable', `no Docker engine answers: ${cause.message.replace(/^docker version: /, '')}`, {
      cause,
      hint: `start Docker, or ${WITHOUT}`,
    });
  }
}

/** The number of a running container's process, which may be that of another machine; undefined when it does not run. */
async function pidOf(container: string, docker: Docker): Promise<number | undefined> {
  const text = await docker(['inspect', '--format', '{{.State.Pid}}', container]).catch(() => '');
  return Number(text) > 1 ? Number(text) : undefined;
}

async function awaitServer(api: string, running: () => Promise<number | undefined>, signal: AbortSignal): Promise<string> {
  const management = createManagement({ address: api, username: 'guest', password: 'guest', timeout: ANSWER_TIME });
  for (const deadline = performance.now() + START_TIME; performance.now() < deadline; await sleep(PAUSE)) {
    if (signal.aborted) throw signal.reason;
    const { rabbitmq_version: version } =
      (await management.get<{ rabbitmq_version?: string }>('/api/overview').catch(() => undefined)) ?? {};
    if (version !== undefined) return version;
    if ((await running()) === undefined) throw new LabError('unreachable', 'the container ended before it accepted connections');
  }
  throw new LabError('unreachable', `the container did not accept connections within ${START_TIME / 1000} s`);
}
