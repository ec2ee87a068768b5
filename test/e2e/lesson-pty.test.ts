import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeNewestBroker, managementOf, type TestBroker } from '../support/brokers.ts';
import { eventually } from '../support/polling.ts';
import { runCli } from '../support/spawn.ts';
import { openTerminal, type TerminalOptions, type TestTerminal } from '../support/terminal.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'rmq-lab-state-'));
});
afterEach(() => rmSync(state, { recursive: true }));

describeNewestBroker('a lesson on a terminal', (broker) => {
  const env = (more: Record<string, string> = {}) => ({ RMQ_LAB_URL: broker.url, RMQ_LAB_API: broker.api, XDG_STATE_HOME: state, ...more });

  // what a failing test leaves is not left on the broker
  afterEach(() => runCli(['clean'], { env: env() }));

  /** Opens a terminal of 80 columns for `use`, and closes it whatever happens. */
  const withTerminal = async <T>(argv: readonly string[], use: (terminal: TestTerminal) => Promise<T>, options: TerminalOptions = {}) => {
    const terminal = openTerminal(argv, { cols: 80, rows: 40, ...options, env: env(options.env) });
    try {
      return await use(terminal);
    } finally {
      await terminal.close();
    }
  };
  const states = async () => {
    const { stdout } = await runCli(['lesson', 'list', '--json'], { env: env() });
    return (JSON.parse(stdout.toString()) as { id: string; state: string }[]).filter((lesson) => lesson.state !== 'new');
  };

  test('is played by hand from its beginning to its end', async () => {
    await withTerminal(['lesson', 'next'], async (terminal) => {
      const answer = async (prompt: RegExp, line: string) => {
        await terminal.waitFor(prompt);
        terminal.type(`${line}\r`);
      };
      await answer(/\[1\/6\] Enter runs it, \? helps >$/, '');
      await answer(/queue hello[\s\S]*\[2\/6\] Enter runs it, \? helps >$/, '');
      await answer(/hello ━▶ hello {2}● 1 ready[\s\S]*\[3\/6\][^\n]*>$/, '');
      await answer(/\[4\/6\] your guess \(a, b, c\), \? helps >$/, '?');
      await answer(/Enter {2}go on[\s\S]*\[4\/6\][^\n]*>$/, 'a');
      await answer(/You said a\. The broker did b\.[\s\S]*\[5\/6\][^\n]*>$/, '');
      await answer(/"routingKey":"hello"[\s\S]*\[6\/6\] your turn \(Enter checks\), \? helps >$/, 'h');
      await answer(/Hint 1 of 3: [\s\S]*\[6\/6\][^\n]*>$/, '');
      await answer(/✘ not yet: [\s\S]*\[6\/6\][^\n]*>$/, 'declare-queu mine');
      await answer(/unknown command 'declare-queu'[\s\S]*\[6\/6\][^\n]*>$/, 'rmq-lab declare-queue mine');
      await answer(/mine {3}empty[\s\S]*not yet: queue mine is empty[\s\S]*\[6\/6\][^\n]*>$/, "publish '' mine nonsense");
      await answer(/· not yet: [\s\S]*\[6\/6\][^\n]*>$/, 'x');
      await answer(/A solution:[\s\S]*\[6\/6\] Enter runs the solution, \? helps >$/, '');
      await terminal.waitFor(/Lesson 1 is done\. Next: rmq-lab lesson next \(To declare is not to create\)/);
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(terminal.scrollback()).toContain('✔ the check passes');
      await expectGone(broker, terminal);
    });
    expect(await states()).toMatchObject([{ id: 'hello', state: 'done' }]);
  });

  test('is left by Ctrl-C with nothing left behind, and resumed where it was', async () => {
    await withTerminal(['lesson', 'start', 'declare'], async (terminal) => {
      await terminal.waitFor(/\[1\/5\][^\n]*>$/);
      terminal.type('\r');
      await terminal.waitFor(/\[2\/5\][^\n]*>$/);
      terminal.press('ctrl-c');
      expect(await terminal.exited).toMatchObject({ exitCode: 130 });
      expect(terminal.scrollback()).toContain('rmq-lab lesson resume goes on here another time');
      await expectGone(broker, terminal);
    });
    expect(await states()).toMatchObject([{ id: 'declare', state: 'started', step: 2, of: 5 }]);
    await withTerminal(['lesson', 'resume'], async (terminal) => {
      await terminal.waitFor(/Say it again[\s\S]*\[2\/5\][^\n]*>$/);
      terminal.type('expect queue stock --ready 3\r');
      await terminal.waitFor(/3 ready[\s\S]*\[2\/5\][^\n]*>$/);
      for (const [typed, seen] of [
        ['', /\[3\/5\]/],
        ['s', /\[4\/5\]/],
        ['s', /\[5\/5\]/],
        ['', /Lesson 2 is done, with 2 parts skipped/],
      ] as const) {
        terminal.type(`${typed}\r`);
        await terminal.waitFor(seen);
      }
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      await expectGone(broker, terminal);
    });
    expect(await states()).toMatchObject([{ id: 'declare', state: 'skipped' }]);
  });

  test('is left by q and by Ctrl-D, exit 0', async () => {
    for (const leave of ['q\r', '\x04']) {
      await withTerminal(['lesson', 'start', 'fanout'], async (terminal) => {
        await terminal.waitFor(/\[1\/5\][^\n]*>$/);
        terminal.type(leave);
        expect(await terminal.exited).toMatchObject({ exitCode: 0 });
        await expectGone(broker, terminal);
      });
    }
  });

  test('takes the command that stands above, typed, and puts back what other commands changed', async () => {
    await withTerminal(['lesson', 'start', 'hello'], async (terminal) => {
      const answer = async (prompt: RegExp, line: string) => {
        await terminal.waitFor(prompt);
        terminal.type(`${line}\r`);
      };
      await answer(/\[1\/6\][^\n]*>$/, 'rmq-lab declare-queue hello');
      await answer(/queue hello[\s\S]*\[2\/6\][^\n]*>$/, '');
      await answer(/1 ready[\s\S]*\[3\/6\][^\n]*>$/, 'rmq-lab get hello');
      await answer(/Hello, rabbit[\s\S]*\[4\/6\][^\n]*>$/, 'publish "" hello extra');
      await answer(/1 ready[\s\S]*\[4\/6\][^\n]*>$/, '2');
      await answer(/putting things back[\s\S]*You said b: right\.[\s\S]*\[5\/6\][^\n]*>$/, 'q');
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(terminal.scrollback()).not.toContain('The lesson is wrong');
      await expectGone(broker, terminal);
    });
  });

  test('lets Ctrl-C end a command that was typed, and keeps what is typed meanwhile', async () => {
    await withTerminal(['lesson', 'start', 'hello'], async (terminal) => {
      await terminal.waitFor(/\[1\/6\][^\n]*>$/);
      terminal.type('\r');
      await terminal.waitFor(/\[2\/6\][^\n]*>$/);
      terminal.type('consume hello\r');
      await terminal.waitFor(/waiting for messages; it stops after 2 s without one/);
      terminal.press('ctrl-c');
      await terminal.waitFor(/stopped by Ctrl-C[\s\S]*\[2\/6\][^\n]*>$/);
      terminal.type('consume hello\r');
      await terminal.waitFor(/Ctrl-C[\s\S]*waiting for messages/);
      terminal.type('status --help\rq\r');
      await terminal.waitFor(/stopped after 2 s without a message[\s\S]*> status --help[\s\S]*> q/);
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      await expectGone(broker, terminal);
    });
  });

  test('takes what was typed ahead, line by line', async () => {
    await withTerminal(['lesson', 'start', 'hello'], async (terminal) => {
      await terminal.waitFor(/\[1\/6\][^\n]*>$/);
      terminal.type('\r\r\rb\r\rq\r');
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(terminal.scrollback()).toMatch(/You said b: right\.[\s\S]*\[6\/6\][^\n]*> q/);
    });
  });

  test('lets one choose the lesson', async () => {
    await withTerminal(['lesson', 'start'], async (terminal) => {
      await terminal.waitFor(/Which lesson\?/);
      terminal.press('down');
      terminal.press('down');
      terminal.press('enter');
      await terminal.waitFor(/Lesson 3: Direct exchanges[\s\S]*\[1\/5\][^\n]*>$/);
      terminal.type('q\r');
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    });
    await withTerminal(['lesson', 'start'], async (terminal) => {
      await terminal.waitFor(/Which lesson\?/);
      terminal.press('ctrl-c');
      expect(await terminal.exited).toMatchObject({ exitCode: 130 });
    });
  });

  test('is drawn in ASCII and without colour where that is asked for', async () => {
    await withTerminal(
      ['lesson', 'start', 'direct', '--ascii', '--auto'],
      async (terminal) => {
        await terminal.exited;
        expect(terminal.scrollback()).toMatch(/\+= red ==> mixed/);
        expect(terminal.scrollback()).toMatch(/^[\x20-\x7e\n]*$/);
      },
      { env: { NO_COLOR: '1' } },
    );
  });

  test('fits on 80 columns', async () => {
    await withTerminal(['lesson', 'start', 'topic', '--auto'], async (terminal) => {
      await terminal.exited;
      const wide = terminal
        .scrollback()
        .split('\n')
        .filter((line) => line.length > 80);
      expect(wide).toEqual([]);
    });
  });
});

/** Fails unless the vhost that the terminal showed goes away. */
async function expectGone(broker: TestBroker, terminal: TestTerminal) {
  const [vhost] = /rmq-lab-[a-z-]+-[a-z0-9]{6}/.exec(terminal.scrollback()) ?? [];
  expect(vhost).toBeDefined();
  await eventually(async () => expect(await managementOf(broker).get(`/api/vhosts/${vhost}`)).toBeUndefined());
}
