import { describeNewestBroker } from '../support/brokers.ts';
import { onStage, type Stage } from '../support/stage.ts';
import { openTerminal, type TestTerminal } from '../support/terminal.ts';

describeNewestBroker('session at a prompt', (broker) => {
  const atPrompt = (use: (terminal: TestTerminal, stage: Stage, enter: (line: string) => void) => Promise<void>) =>
    onStage(broker, async (stage) => {
      await stage.queue('q', ['one']);
      const terminal = openTerminal(['session'], { env: { RMQ_LAB_URL: stage.url, RMQ_LAB_API: stage.api } });
      try {
        await terminal.waitFor(/help shows the commands[\s\S]*ch1> ?$/);
        await use(terminal, stage, (line) => terminal.type(`${line}\r`));
      } finally {
        await terminal.close();
      }
    });

  test('the prompt names the channel; failures are shown, and it goes on', () =>
    atPrompt(async (terminal, _stage, enter) => {
      enter('get q');
      await terminal.waitFor(/ch1: #1 from q, held until ack, 0 more ready\n.*\none\nch1> ?$/);
      enter('other: ack 1');
      await terminal.waitFor(
        /error: other: 406 PRECONDITION_FAILED - unknown delivery tag 1\nthis closed channel other and no other[\s\S]*other> ?$/,
      );
      enter('nonsense');
      await terminal.waitFor(/error: unknown command 'nonsense'\ntry: help shows the commands of a session\nother> ?$/);
      enter('channels');
      await terminal.waitFor(/ch1 holds #1\nother> ?$/);
      terminal.press('up');
      await terminal.waitFor(/other> channels$/);
      terminal.press('enter');
      await terminal.waitFor(/ch1 holds #1\n[\s\S]*ch1 holds #1\nother> ?$/);
      terminal.press('ctrl-d');
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(terminal.scrollback()).toContain('gave back 1 message held');
    }));

  test('deliveries appear above what is being typed', () =>
    atPrompt(async (terminal, { channel, ready }, enter) => {
      enter('consume q --tag t');
      await terminal.waitFor(/#1 to consumer t, held until ack\n.*\none\nch1> ?$/);
      terminal.type('ack 1 --mult');
      await terminal.waitFor(/ch1> ack 1 --mult$/);
      channel.sendToQueue('q', Buffer.from('two'));
      await terminal.waitFor(/#2 to consumer t, held until ack\n.*\ntwo\nch1> ack 1 --mult$/);
      terminal.type('iple\r');
      await terminal.waitFor(/ch1: acked #1; ch1 holds #2\nch1> ?$/);
      expect(terminal.scrollback().match(/--mult/g)).toHaveLength(1);
      enter('exit');
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(await ready('q')).toBe(1);
    }));

  test('an error of the connection closes all channels; the next use connects again', () =>
    atPrompt(async (terminal, _stage, enter) => {
      enter('a: consume q --tag t');
      await terminal.waitFor(/consumer t on queue q[\s\S]*a> ?$/);
      enter('a: consume q --tag t');
      await terminal.waitFor(/530 NOT_ALLOWED[\s\S]*the next use of a channel connects again[\s\S]*a> ?$/);
      enter('channels');
      await terminal.waitFor(/no channel is open, and there is no connection\na> ?$/);
      enter('b: get q');
      await terminal.waitFor(/b: #1 from q[\s\S]*redelivered[\s\S]*b> ?$/);
      terminal.press('ctrl-c');
      expect(await terminal.exited).toMatchObject({ exitCode: 130 });
    }));

  test('of a queue of many the first are shown, and that it is not all; qos limits it', () =>
    atPrompt(async (terminal, { channel, ready }, enter) => {
      for (let n = 2; n <= 150; n++) channel.sendToQueue('q', Buffer.from(String(n)));
      await channel.waitForConfirms();
      enter('consume q --tag t');
      await terminal.waitFor(/more deliveries come: they are not shown until the next line[^\n]*\n(?:[^\n]*\n)?ch1> ?$/);
      expect(terminal.scrollback()).toContain('consumer t on queue q; nothing limits how many it may hold: qos 10 before consume would');
      expect(terminal.scrollback()).not.toContain('#101 to consumer');
      enter('channels');
      await terminal.waitFor(/ch1 holds #1 .* and 140 more/);
      enter('b: qos 10');
      enter('consume q --tag u');
      await terminal.waitFor(/b: consumer u on queue q\n/);
      enter('exit');
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
      expect(await ready('q')).toBe(150);
    }));

  test('Ctrl-D typed ahead ends it after the lines before it', () =>
    atPrompt(async (terminal, _stage, enter) => {
      enter('wait 700ms');
      await terminal.waitFor(/wait 700ms\n$|wait 700ms$/);
      terminal.type('get q\n\x04');
      await terminal.waitFor(/ch1: #1 from q/);
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    }));

  test('Ctrl-D that comes together with a line ends it, too', () =>
    atPrompt(async (terminal) => {
      terminal.type('get q\r\x04');
      await terminal.waitFor(/ch1: #1 from q/);
      expect(await terminal.exited).toMatchObject({ exitCode: 0 });
    }));

  test('what would lose messages is asked for', () =>
    atPrompt(async (terminal, { ready }, enter) => {
      enter('purge q');
      await terminal.waitFor(/Queue 'q' holds 1 message\. Drop them\?/);
      terminal.type('n\r');
      await terminal.waitFor(/left as it is\nch1> ?$/);
      expect(await ready('q')).toBe(1);
      enter('purge q');
      await terminal.waitFor(/Drop them\?[^\n]*\n?.*$/);
      terminal.type('y\r');
      await terminal.waitFor(/purged 1 message from queue q\nch1> ?$/);
      enter('exit');
      await terminal.exited;
    }));
});
