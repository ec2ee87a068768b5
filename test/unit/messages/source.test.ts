import type { Message } from '../../../src/client/message.ts';
import { UsageError } from '../../../src/errors.ts';
import { envelopesOf, linesOf, repeatedBody, type Source } from '../../../src/messages/source.ts';

const message = (body: string | Buffer): Message => ({ exchange: 'x', routingKey: 'k', properties: {}, body: Buffer.from(body) });

async function* stream(...chunks: string[]): AsyncIterable<Buffer> {
  for (const chunk of chunks) yield Buffer.from(chunk);
}

/** The bodies of all messages, and what ended the source early. */
async function drain(source: Source): Promise<{ bodies: string[]; failure?: unknown }> {
  const bodies: string[] = [];
  try {
    for await (const batch of source) {
      expect(batch.length).toBeGreaterThan(0);
      bodies.push(...batch.map(({ body }) => body.toString()));
    }
  } catch (failure) {
    return { bodies, failure };
  }
  return { bodies };
}

describe('repeatedBody', () => {
  test('is the message so many times', async () => {
    expect(await drain(repeatedBody(message('a'), 3))).toEqual({ bodies: ['a', 'a', 'a'] });
    expect(await drain(repeatedBody(message('a'), 0))).toEqual({ bodies: [] });
  });

  test('what differs is made from its number, when it is wanted', () => {
    const asked: number[] = [];
    const source = repeatedBody(message('a'), 1e9, (n) => {
      asked.push(n);
      return { body: Buffer.from(`body ${n}`) };
    });
    const [first, second] = [source, source].map((it) => (it as Generator<readonly Message[]>).next().value as readonly Message[]);
    expect(first?.[0]).toEqual(message('body 1'));
    expect(second?.[0]).toEqual(message('body 2'));
    expect(asked).toEqual([1, 2]);
  });
});

describe('linesOf', () => {
  test('numbers the lines from 1, empty ones too', async () => {
    const source = linesOf(stream('a\n', '\nb', '\n'), Buffer.from('\n'), (line, n) => message(`${n}:${line}`));
    expect(await drain(source)).toEqual({ bodies: ['1:a', '2:', '3:b'] });
  });

  test('a line that makes no message ends it with the number of the line, after those before it', async () => {
    const toMessage = (line: Buffer) => {
      if (line.toString() === 'bad') throw new UsageError('no good', { hint: 'a better one' });
      return message(line);
    };
    const { bodies, failure } = await drain(linesOf(stream('1\n', '2\n3\nbad\n5\n'), Buffer.from('\n'), toMessage));
    expect(bodies).toEqual(['1', '2', '3']);
    expect(failure).toMatchObject({ name: 'UsageError', message: 'line 4: no good', hint: 'a better one' });
  });

  test('a defect keeps its own words', async () => {
    const toMessage = () => {
      throw new TypeError('a defect');
    };
    expect((await drain(linesOf(stream('1'), Buffer.from('\n'), toMessage))).failure).toBeInstanceOf(TypeError);
  });
});

describe('envelopesOf', () => {
  const override = (envelope: Partial<Message> & Pick<Message, 'properties' | 'body'>): Message => ({
    exchange: 'o',
    routingKey: '',
    ...envelope,
  });
  const envelope = (body: string) => JSON.stringify({ body });

  test('one a line, blank ones skipped, the last without a newline', async () => {
    const lines = [envelope('a'), '', ' \t\r', envelope('b'), '', envelope('c')].join('\n');
    expect(await drain(envelopesOf(stream(lines), override))).toEqual({ bodies: ['a', 'b', 'c'] });
    expect(await drain(envelopesOf(stream('\n\n', ' '), override))).toEqual({ bodies: [] });
    expect(await drain(envelopesOf(stream(), override))).toEqual({ bodies: [] });
  });

  test('the override sees every envelope', async () => {
    const seen: object[] = [];
    const source = envelopesOf(stream('{"exchange":"e","routingKey":"k","redelivered":true,"properties":{"type":"t"}}'), (given) => {
      seen.push(given);
      return message('made');
    });
    expect(await drain(source)).toEqual({ bodies: ['made'] });
    expect(seen).toEqual([{ exchange: 'e', routingKey: 'k', properties: { type: 't' }, body: Buffer.alloc(0) }]);
  });

  test.each<[string, string[], string[], RegExp]>([
    [
      'line 7, blank lines counted',
      [`${envelope('1')}\n\n${envelope('3')}\n`, '\n\n\n{"x":1}\n', envelope('8')],
      ['1', '3'],
      /^line 7: "x" is no key/,
    ],
    ['the first line', ['{', '}\nnot JSON'], [''], /^line 2: not JSON/],
    ['a line of several chunks', [envelope('1'), '\n{"body"', ':5}'], ['1'], /^line 2: body: 5 is not a string/],
    [
      'lines of one chunk',
      [[1, 2, 3].map((n) => envelope(String(n))).join('\n'), '\n[]\n', envelope('5')],
      ['1', '2', '3'],
      /^line 4: an array/,
    ],
  ])('%s: what stands before is sent, nothing after', async (_name, chunks, before, text) => {
    const { bodies, failure } = await drain(envelopesOf(stream(...chunks), override));
    expect(bodies).toEqual(before);
    expect(failure).toMatchObject({
      name: 'UsageError',
      exitCode: 2,
      message: expect.stringMatching(text),
      hint: expect.stringMatching(/./),
    });
  });

  test('a refusal of the override bears the line, too', async () => {
    const refusing = () => {
      throw new UsageError('no');
    };
    expect((await drain(envelopesOf(stream('\n{}'), refusing))).failure).toMatchObject({ message: 'line 2: no' });
  });

  test('an error of the stream goes through', async () => {
    async function* broken(): AsyncIterable<Buffer> {
      yield Buffer.from(`${envelope('a')}\n`);
      throw new Error('broken');
    }
    expect(await drain(envelopesOf(broken(), override))).toEqual({ bodies: ['a'], failure: new Error('broken') });
  });
});
