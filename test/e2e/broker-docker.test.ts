import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOwnState, isOpen, type OwnState } from '../support/own-state.ts';

const bin = join(import.meta.dirname, '../../bin/rmq-lab.js');

/** Answers as the docker program does, as far as it is asked; its container is a lab broker at the ports that are published. */
const standIn = (folder: string) => `#!/bin/bash
cd '${folder}'
printf '%s\\n' "$*" >>calls
case $1 in
  version) [ ! -e down ] || { echo 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?' >&2; exit 1; }
    echo 28.2.2 ;;
  image) [ -e image ] || { echo "Error response from daemon: No such image" >&2; exit 1; } ;;
  pull) [ ! -e offline ] || { echo 'Error response from daemon: manifest for rabbitmq not found' >&2; exit 1; }
    touch image ;;
  run) ports=($(grep -oE '127\\.0\\.0\\.1:[0-9]+' <<<"$*" | cut -d: -f2))
    XDG_STATE_HOME='${folder}/inner' '${process.execPath}' '${bin}' broker run --port "\${ports[0]}" --api-port "\${ports[1]}" >log 2>&1 3>&- &
    echo $! >pid; echo 0123456789ab ;;
  inspect) [ -e pid ] && cat pid || { echo 'Error: No such object' >&2; exit 1; } ;;
  stop) kill -TERM "$(cat pid)"; while kill -0 "$(cat pid)" 2>/dev/null; do sleep 0.05; done ;;
  kill) kill -KILL "$(cat pid)" ;;
  rm) [ ! -e pid ] || kill -KILL "$(cat pid)" 2>/dev/null; rm -f pid ;;
  logs) cat log ;;
esac
`;

let folder = '';
let state: OwnState;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rmq-lab-docker-'));
  writeFileSync(join(folder, 'docker'), standIn(folder));
  chmodSync(join(folder, 'docker'), 0o755);
  state = createOwnState({ PATH: `${folder}:${process.env.PATH}` });
});
afterEach(async () => {
  await state.run(['broker', 'kill', '--engine', 'docker']);
  state.remove();
  rmSync(folder, { recursive: true });
});

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
const mark = (name: string) => writeFileSync(join(folder, name), '');
const up = (...argv: string[]) => state.documentOf('broker', 'start', '--engine', 'docker', '--port', '0', ...argv);

describe('the engine docker, with a scripted stand-in for the docker program', () => {
  test('fetches the image, runs a named container on loopback, and takes it away', async () => {
    const found = await up('--rabbitmq-version', '4.1', '--memory-limit', '1GiB');
    expect(found).toMatchObject({ engine: 'docker', already: false, pid: Number(readFileSync(join(folder, 'pid'), 'utf8')) });
    expect(calls()).toContain('pull --quiet rabbitmq:4.1-management');
    const port = new URL(found.url).port;
    expect(calls().find((call) => call.startsWith('run '))).toMatch(
      new RegExp(
        '^run --detach --name rmq-lab-[0-9a-f]{8} --label rmq-lab=\\S+ --hostname rmq-lab --volume rmq-lab-[0-9a-f]{8}-4.1:/var/lib/rabbitmq ' +
          `--publish 127.0.0.1:${port}:5672 --publish 127.0.0.1:\\d+:15672 --env \\S+=-rabbit vm_memory_high_watermark {absolute,1073741824} ` +
          'rabbitmq:4.1-management$',
      ),
    );
    expect(await state.documentOf('broker', 'status')).toMatchObject({ engine: 'docker', url: found.url });
    expect(await up()).toMatchObject({ already: true, url: found.url });
    expect(await state.run(['declare-queue', 'q', '--quiet'])).toMatchObject({ exitCode: 0 });
    expect((await state.run(['broker', 'logs'])).text).toContain('queue q declared');
    expect(await state.documentOf('broker', 'restart')).toMatchObject({ url: found.url });
    expect((await state.run(['broker', 'stop'])).text).toMatch(/^stopped the broker at amqp:/);
    expect([await isOpen(found.url), await isOpen(found.api), existsSync(join(folder, 'pid'))]).toEqual([false, false, false]);
    expect(state.left()).toEqual([]);
  });

  test('one that was killed from elsewhere is gone', async () => {
    const found = await up();
    process.kill(found.pid, 'SIGKILL');
    rmSync(join(folder, 'pid'));
    expect(await state.run(['broker', 'status'])).toMatchObject({ exitCode: 7 });
    expect((await state.run(['broker', 'stop', '--engine', 'docker'])).text).toBe('no broker is up\n');
    expect(state.left()).toEqual([]);
  });

  test('no engine, no image and no program: exit 5, and what to type', async () => {
    const start = (PATH?: string) =>
      state.run(['broker', 'start', '--engine', 'docker', '--port', '0'], PATH === undefined ? {} : { env: { PATH } });
    mark('offline');
    expect(await start()).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining('docker pull: Error response from daemon: manifest'),
    });
    mark('down');
    expect(await start()).toMatchObject({
      exitCode: 5,
      stderr:
        'error: no Docker engine answers: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n' +
        'try: start Docker, or take the lab broker, which needs nothing: rmq-lab broker start\n',
    });
    expect(await start('/nowhere')).toMatchObject({
      exitCode: 5,
      stderr: expect.stringMatching(/^error: there is no docker program here\ntry: install Docker/),
    });
    expect(state.left()).toEqual([]);
  });
});
