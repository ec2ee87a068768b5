import fc from 'fast-check';
import { parseWords } from '../../../src/lessons/words.ts';

describe('a command line', () => {
  test.each<[string, string[]]>([
    ['', []],
    ['   ', []],
    ['get hello', ['get', 'hello']],
    ['  get\thello  ', ['get', 'hello']],
    [`publish "" hello 'a b'`, ['publish', '', 'hello', 'a b']],
    ["''", ['']],
    [`a'b c'"d e"f`, ['ab cd ef']],
    ['"say \\"hi\\" \\\\ \\x"', ['say "hi" \\ \\x']],
    [`'a\\b $c'`, ['a\\b $c']],
    ['a\\ b', ['a b']],
    ['get q # and why', ['get', 'q']],
    ['# nothing', []],
    ['bind e q a.#', ['bind', 'e', 'q', 'a.#']],
    [`'{"id": 1}'`, ['{"id": 1}']],
  ])('%j', (line, words) => {
    expect(parseWords(line, { strict: false })).toEqual({ words });
    expect(parseWords(line, { strict: true })).toEqual({ words });
  });

  test.each<[string, RegExp]>([
    ["get 'q", /' is opened/],
    ['get "q', /" is opened/],
    ['get q \\', /stands at the end/],
    ['get q | head', /\| \(a pipe\)/],
    ['get q > file', /> \(a redirection\)/],
    ['get q; get q', /; \(a second command\)/],
    ['get q &', /& \(a background job\)/],
    ['get `q`', /` \(a command substitution\)/],
    ['get $(q)', /\(a subshell\)|\$/],
  ])('%j is refused', (line, problem) => {
    expect(parseWords(line, { strict: false })).toEqual({ problem: expect.stringMatching(problem) });
    expect(parseWords(line, { strict: true })).toEqual({ problem: expect.stringMatching(problem) });
  });

  test.each([
    'bind e q a.*',
    'bind e q a.?',
    'publish e k $HOME',
    'publish e k {a,b}',
    'get ~',
    'publish e k "We won!"',
    'publish e k "$HOME"',
  ])('%j means more to a shell: refused where it may be pasted', (line) => {
    expect(parseWords(line, { strict: true })).toEqual({ problem: expect.stringMatching(/means something to a shell/) });
    expect(parseWords(line, { strict: false })).toHaveProperty('words');
  });

  test('any words survive single quotes', () => {
    const quote = (word: string) => `'${word.replaceAll("'", `'"'"'`)}'`;
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(parseWords(words.map(quote).join(' '), { strict: true })).toEqual({ words });
      }),
    );
  });

  test('no line makes it throw', () => {
    fc.assert(fc.property(fc.string(), fc.boolean(), (line, strict) => void parseWords(line, { strict })));
  });
});
