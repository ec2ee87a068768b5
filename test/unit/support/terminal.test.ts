import { openTerminal, type TestTerminal } from '../../support/terminal.ts';

const node = (script: string) => ({ file: process.execPath, args: ['-e', script] });
let terminal: TestTerminal;
afterEach(() => terminal.close());

test('shows what is visible, takes keys, and answers the exit code', async () => {
  terminal = openTerminal(
    node(`
      process.stdout.write('overwritten\\r\\x1b[2Kname? \\x1b[31m' + process.stdout.columns + '\\x1b[0m');
      process.stdin.once('data', (d) => { console.log('hello ' + String(d).trim()); process.exitCode = 7; process.stdin.unref(); });
    `),
    { cols: 60, rows: 10 },
  );
  expect(await terminal.waitFor('name?')).toBe('name? 60');
  terminal.type('Ada');
  terminal.press('enter');
  await terminal.waitFor(/^hello Ada$/m);
  expect(await terminal.exited).toMatchObject({ exitCode: 7 });
});

test('scrollback holds what left the screen, long lines in one piece', async () => {
  terminal = openTerminal(node(`for (let i = 1; i <= 30; i++) console.log('line ' + i + ' ' + 'x'.repeat(30)); console.log('end');`), {
    cols: 20,
    rows: 5,
  });
  await terminal.waitFor('end');
  expect(terminal.screen()).not.toContain('line 1 ');
  expect(terminal.scrollback().split('\n')).toEqual([...Array.from({ length: 30 }, (_, i) => `line ${i + 1} ${'x'.repeat(30)}`), 'end']);
});

test('waitFor shows the screen when time is up, and does not wait for a program that has ended', async () => {
  terminal = openTerminal(node(`console.log('here'); setTimeout(() => {}, 60_000)`));
  await terminal.waitFor('here');
  await expect(terminal.waitFor('there', 100)).rejects.toThrow(/no there on the screen\n-+\nhere\n-+$/);
  await terminal.close();
  await expect(terminal.waitFor('there', 60_000)).rejects.toThrow('the program ended with no there');
});

test('tells the program its new size', async () => {
  terminal = openTerminal(
    node(`process.stdout.on('resize', () => console.log(process.stdout.columns)); setTimeout(() => {}, 60_000); console.log('up')`),
  );
  await terminal.waitFor('up');
  terminal.resize(72, 20);
  await terminal.waitFor(/^72$/m);
});
