import { PassThrough } from 'node:stream';
import type { Broker } from './client/broker.ts';
import { createManagement } from './client/management.ts';
import { connectFirst, withBroker } from './client/session.ts';
import { type BrokerAddress, showAddress, type Target } from './client/target.ts';
import type { Lab } from './commands/lab.ts';
import type { Embedded } from './embedded.ts';
import { LabError, UsageError } from './errors.ts';
import { createHost } from './host.ts';
import { makeFolder, stateFolder } from './lessons/state-folder.ts';
import { serverView } from './output/server-view.ts';
import { embeddedTarget, type GlobalOptions, mergeSettings, readProfiles, type Settings } from './settings.ts';
import { createCapture, describeOutput, type Surroundings, writeTo } from './streams.ts';
import { systemClock } from './system-clock.ts';

/** How long connecting may take before a spinner says what is going on, in milliseconds. */
const PATIENCE = 700;

/** Runs a command line and answers its exit code: `main`, handed in so that a Lab can run another. */
export type Main = (argv: readonly string[], surroundings: Surroundings) => Promise<number>;

/** The Lab that a command is given: everything heavy in it is loaded at its first use. Whoever hands in `embedded` closes it. */
export function createLab(options: GlobalOptions, surroundings: Surroundings, main: Main, embedded: Embedded): Lab {
  const { env, interrupted } = surroundings;
  const host = createHost(env);
  const out = describeOutput(surroundings.stdout, env, options.color !== false);
  const err = describeOutput(surroundings.stderr, env, options.color !== false);
  const { json = false, quiet = false, verbose = false, yes = false, ascii = false } = options;
  let merged: Settings | undefined;
  const settled = (): Settings => {
    merged ??= mergeSettings(options, env, readProfiles(env));
    return merged;
  };
  const reconnectFor = settled().reconnectFor;
  let announced = false;
  let found: Promise<Target> | undefined;
  /** Which of the addresses was connected to last; the first when none could be. */
  let answered: number | undefined;
  const place = async (target: Target): Promise<Target> => {
    if (target.embedded) return embedded.place(target);
    return target.asked ? target : (await import('./running.ts')).preferRunning(target, options, host);
  };
  const findTarget = (): Promise<Target> => {
    found ??= place(settled().target);
    return found;
  };

  const warn = (line: string) => void surroundings.stderr.write(`${line}\n`);
  const note = (line: string) => {
    if (!quiet) warn(line);
  };

  const connect = async (): Promise<Broker> => {
    const { connectTimeout } = settled();
    const target = await findTarget();
    const { connectAmqp } = await import('./client/amqp.ts');
    const stopSpinner = spinAfter(PATIENCE, `connecting to ${target.addresses.map(showAddress).join(', ')}`);
    try {
      const broker = await connectFirst(
        target.addresses.map((address, at) => async () => {
          if (verbose) note(`connecting to ${showAddress(address)} (${target.reason})`);
          const connected = await connectAmqp(address, { timeout: connectTimeout, connectionName: 'rmq-lab', signal: interrupted });
          answered = at;
          return connected;
        }),
      );
      if (verbose || (!target.asked && !announced)) {
        note(`broker: ${serverView(broker.server)} at ${broker.address} (${target.reason})`);
      }
      announced = true;
      return broker;
    } catch (cause) {
      answered ??= 0;
      throw cause;
    } finally {
      await stopSpinner();
    }
  };

  /** The address whose management API is meant, and that API: of several brokers the one that answers. */
  const findApi = async ({ addresses, api, apis }: Target): Promise<{ address: BrokerAddress | undefined; api: string }> => {
    if (apis !== undefined && addresses.length > 1 && answered === undefined) {
      await connect().then(
        (broker) => broker.close(),
        () => undefined,
      );
    }
    const at = answered ?? 0;
    const address = addresses[at];
    if (address === undefined || apis === undefined) return { address, api };
    return { address, api: (await (await import('./running.ts')).findApi(address, host)) ?? apis[at] ?? api };
  };

  /** Shows a spinner on a terminal when something takes long; answers what ends it. */
  const spinAfter = (ms: number, text: string): (() => Promise<void>) => {
    if (!err.isTerminal || quiet || json) return async () => undefined;
    const done = new AbortController();
    const shown = systemClock.sleep(ms, done.signal).then(async () => {
      if (done.signal.aborted) return undefined;
      const { default: ora } = await import('ora');
      return done.signal.aborted
        ? undefined
        : ora({
            text,
            stream: surroundings.stderr as NodeJS.WriteStream,
            color: false as never,
            // it would swallow Ctrl-C: it makes the terminal raw, and then does not read from it
            discardStdin: false,
            // nor may it listen for signals, to show the cursor again: after its own last words it would end the process by one
            hideCursor: false,
          }).start();
    });
    return async () => {
      done.abort();
      (await shown)?.stop();
    };
  };

  return {
    settings: { json, quiet, verbose, yes, ascii, vhost: options.vhost, reconnectFor },
    get stdin() {
      return surroundings.stdin;
    },
    out,
    err,
    env,
    nodeVersion: process.version,
    clock: systemClock,
    host,
    interrupted,
    note,
    warn,
    connect,
    target: findTarget,
    async bringBroker() {
      const { target } = settled();
      if (target.asked || options.api !== undefined) return;
      // another lesson's broker ends when that lesson does
      found ??= import('./running.ts').then(({ preferRunning }) => preferRunning(target, options, host, { lessons: false }));
      try {
        await (await connect()).close();
      } catch (cause) {
        if (!(cause instanceof LabError) || cause.kind !== 'unreachable') throw cause;
        // what is said of a broker that nobody named says this, too
        const reason = `no broker answers at ${target.addresses.map(showAddress).join(', ')}`;
        found = embedded.place(embeddedTarget(options.vhost, { reason, asked: false }));
        await found;
      }
    },
    async benchGround() {
      const { createBenchGround } = await import('./bench-ground.ts');
      return createBenchGround(async () => (await findTarget()).addresses, settled().connectTimeout);
    },
    withBroker: (use) => withBroker(connect, use),
    async announceLesson(lesson) {
      const { addresses, api, embedded: own } = await findTarget();
      const [address] = addresses;
      if (own !== true || address === undefined) return () => undefined;
      const folder = stateFolder(env);
      makeFolder(folder);
      const { enterLesson } = await import('./engines/lesson-broker.ts');
      return enterLesson({ url: `amqp://${address.host}:${address.port}`, api, lesson }, { folder, host, now: systemClock.now() });
    },
    async management() {
      const { connectTimeout } = settled();
      const target = await findTarget();
      const { address, api } = await findApi(target);
      if (address === undefined) throw new UsageError('no broker is named', { hint: 'give one with --url' });
      const { caFile, verify } = address.tls;
      const { readPem } = await import('./client/pem.ts');
      return createManagement({
        address: api,
        username: address.username,
        password: address.password,
        timeout: connectTimeout,
        verify,
        ...(caFile === undefined ? {} : { ca: await readPem(caFile, '--tls-ca-file') }),
      });
    },
    write: (data) => writeTo(surroundings.stdout, data),
    async print(value, text) {
      const shown = json ? JSON.stringify(value) : text();
      if (shown !== '') await writeTo(surroundings.stdout, `${shown}\n`);
    },
    async waitFor(what, use) {
      const stopSpinner = spinAfter(PATIENCE, what);
      try {
        return await use();
      } finally {
        await stopSpinner();
      }
    },
    async confirm(question) {
      if (yes) return true;
      const { stdin } = surroundings;
      if (stdin.isTTY !== true || !err.isTerminal || json) {
        throw new UsageError(`${question} Without a terminal nobody can answer that`, { hint: 'add --yes to go ahead' });
      }
      const { confirmOn } = await import('./prompter.ts');
      return confirmOn(question, stdin, surroundings.stderr, interrupted);
    },
    async prompter() {
      const { createPrompter } = await import('./prompter.ts');
      return createPrompter(surroundings.stdin, surroundings.stderr, interrupted);
    },
    async run(argv, runOptions = {}) {
      const stdout = createCapture();
      const stderr = createCapture();
      const stdin = new PassThrough();
      stdin.end(runOptions.stdin ?? '');
      const exitCode = await main(argv, {
        stdin,
        stdout: stdout.stream,
        stderr: stderr.stream,
        env: { ...env, ...tlsEnvironment(options), ...runOptions.env },
        interrupted: runOptions.signal ?? interrupted,
        embedded,
      });
      return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
    },
  };
}

/** TLS flags as the variables that say the same, for command lines run inside. */
function tlsEnvironment(options: GlobalOptions): Record<string, string> {
  return {
    ...(options.tlsCaFile === undefined ? {} : { RMQ_LAB_TLS_CA_FILE: options.tlsCaFile }),
    ...(options.tlsCertFile === undefined ? {} : { RMQ_LAB_TLS_CERT_FILE: options.tlsCertFile }),
    ...(options.tlsKeyFile === undefined ? {} : { RMQ_LAB_TLS_KEY_FILE: options.tlsKeyFile }),
    ...(options.insecure === true ? { RMQ_LAB_INSECURE: '1' } : {}),
  };
}
