import { formatEnvelope, PROPERTY_NAMES } from '../../../src/client/envelope.ts';
import { formatFieldValue } from '../../../src/client/field-text.ts';
import { type Delivery, type Properties, Typed } from '../../../src/client/message.ts';
import { createDeliveryFormat, type DeliveryDisplay } from '../../../src/output/delivery-format.ts';
import { refusal } from '../../support/refusal.ts';

const FORMATS = { envelope: formatEnvelope, fieldValue: formatFieldValue, propertyNames: PROPERTY_NAMES };
const PIPE: DeliveryDisplay = { json: false, isTerminal: false, color: false, ascii: false };
const TERMINAL: DeliveryDisplay = { ...PIPE, isTerminal: true };

const delivery = (difference: Partial<Delivery> = {}, properties: Properties = {}): Delivery => ({
  exchange: 'orders',
  routingKey: 'order.eu',
  redelivered: false,
  deliveryTag: 1,
  properties,
  body: Buffer.from('body'),
  ...difference,
});

const show = (display: Partial<DeliveryDisplay>, message = delivery(), from = PIPE) =>
  Buffer.from(createDeliveryFormat({ ...from, ...display }, FORMATS)(message) as string);

test('in a pipe the body and a newline, byte for byte', () => {
  const body = Buffer.from([0xff, 0x00, 0x1b, 0x0a]);
  expect(show({}, delivery({ body }))).toEqual(Buffer.concat([body, Buffer.from('\n')]));
  expect(show({}, delivery({ body: Buffer.alloc(0) }))).toEqual(Buffer.from('\n'));
});

test('--raw is the body and nothing else, also on a terminal', () => {
  const body = Buffer.from([0xff, 0x1b]);
  expect(show({ raw: true }, delivery({ body }))).toEqual(body);
  expect(show({ raw: true }, delivery({ body }), TERMINAL)).toEqual(body);
});

test('--json is an envelope a line, also on a terminal', () => {
  const line = '{"exchange":"orders","routingKey":"order.eu","redelivered":false,"properties":{},"body":"body"}\n';
  expect(show({ json: true }).toString()).toBe(line);
  expect(show({ json: true }, delivery(), TERMINAL).toString()).toBe(line);
});

describe('--format', () => {
  const full = delivery(
    { redelivered: true },
    { contentType: 't', priority: 0, headers: { n: 1, 'a b': 'c', empty: '', constructor: 'own', at: new Typed('timestamp', 0) } },
  );

  test.each<[string, string]>([
    ['', ''],
    ['plain', 'plain'],
    ['{{body}}', 'body'],
    ['{{ exchange }}/{{routingKey}} {{redelivered}} {{size}}', 'orders/order.eu true 4'],
    ['{{properties}}', '{"contentType":"t","priority":0}'],
    ['{{contentType}}|{{priority}}|{{messageId}}|', 't|0||'],
    ['{{header n}}|{{header a b}}|{{header empty}}|{{header none}}|', '1|c|||'],
    ['{{header constructor}}|{{header toString}}|{{header at}}', 'own||1970-01-01T00:00:00Z'],
    ['{{json}}', formatEnvelope(full)],
    ['a\\tb\\nc\\\\d\\x', 'a\tb\nc\\d\\x'],
    ['\\0', '\0'],
    ['{body} {{', '{body} {{'],
  ])('%j', (format, text) => expect(show({ format }, full).toString()).toBe(`${text}\n`));

  test('a body keeps its bytes between texts', () => {
    expect(show({ format: 'é{{body}}' }, delivery({ body: Buffer.from([0xff]) }))).toEqual(Buffer.from([0xc3, 0xa9, 0xff, 0x0a]));
  });

  test.each(['{{x}}', '{{}}', '{{header}}', '{{headers}}', '{{Body}}', '{{constructor}}', '{{toString}}', '{{__proto__}}'])(
    '%s is refused',
    (format) => {
      const error = refusal(() => show({ format }));
      expect(error).toMatchObject({ exitCode: 2, message: `--format: '${format}' is not known` });
      expect(error.hint).toMatch(/\{\{body\}\}.*\{\{routingKey\}\}.*\{\{contentType\}\}.*\{\{header NAME\}\}/);
      expect(error.hint).not.toContain('{{headers}}');
    },
  );
});

test.each<[Partial<DeliveryDisplay>]>([[{ json: true, raw: true }], [{ json: true, format: '' }], [{ raw: true, format: '{{body}}' }]])(
  '%j exclude each other',
  (display) =>
    expect(refusal(() => show(display))).toMatchObject({ exitCode: 2, message: '--json, --raw and --format exclude each other' }),
);

describe('on a terminal', () => {
  const lines = (message: Delivery, display: Partial<DeliveryDisplay> = {}) => show(display, message, TERMINAL).toString().split('\n');

  test('where it came from, what it bears, its body', () => {
    const message = delivery(
      { redelivered: true },
      { contentType: 'text/plain', deliveryMode: 2, expiration: '5000', timestamp: 1_700_000_000, headers: { n: new Typed('int64', 1) } },
    );
    expect(lines(message)).toEqual([
      'orders → order.eu  redelivered, persistent, 4 bytes',
      '  content-type: text/plain',
      '  expiration: 5000 ms',
      '  timestamp: 2023-11-14T22:13:20.000Z',
      '  header n: 1 (int64)',
      'body',
      '',
    ]);
  });

  test.each<[string, Delivery, string, string]>([
    ['the default exchange', delivery({ exchange: '' }), '(default exchange) → order.eu  transient, 4 bytes', 'body'],
    ['an empty key', delivery({ routingKey: '' }), "orders → ''  transient, 4 bytes", 'body'],
    ['an empty body', delivery({ body: Buffer.alloc(0) }), 'orders → order.eu  transient, 0 bytes', '(empty body)'],
    ['one byte', delivery({ body: Buffer.from('a') }), 'orders → order.eu  transient, 1 byte', 'a'],
    [
      'no text',
      delivery({ body: Buffer.from([0xff, 0xfe]) }),
      'orders → order.eu  transient, 2 bytes',
      '(2 bytes that are not text; --raw or --json gives them)',
    ],
  ])('%s', (_name, message, head, body) => expect(lines(message)).toEqual([head, body, '']));

  test('--ascii draws no arrow', () => expect(lines(delivery(), { ascii: true })[0]).toBe('orders -> order.eu  transient, 4 bytes'));

  test('a timestamp that no date can hold stands as it is', () => {
    expect(lines(delivery({}, { timestamp: 2 ** 53 }))[1]).toBe('  timestamp: 9007199254740992');
  });

  test('nothing of a message reaches the terminal as a command, wherever it stands', () => {
    const evil = '\x1b]0;pwned\x07\r\x9b2J';
    const message = delivery(
      { exchange: evil, routingKey: evil, body: Buffer.from(`${evil}\nsecond line`) },
      { contentType: evil, messageId: `a\n${evil}`, headers: { [evil]: evil, deep: [{ a: evil }] } },
    );
    for (const color of [false, true]) {
      const text = show({ color }, message, TERMINAL).toString();
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(text.replace(/\x1b\[\d+m/g, '')).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/);
      expect(text).toContain('\nsecond line');
    }
  });

  test('colours where they may be', () => {
    expect(show({ color: true }, delivery(), TERMINAL).toString()).toContain('\x1b[1morders → order.eu\x1b[22m');
    expect(show({ color: false }, delivery(), TERMINAL).toString()).not.toContain('\x1b');
  });
});
