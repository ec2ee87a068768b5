import { translateFailure } from '../../../src/client/failure.ts';
import { LabError } from '../../../src/errors.ts';

const ADDRESS = 'amqp://u@h:5672';

const coded = (code: string, message = `connect ${code} 127.0.0.1:5672`) => Object.assign(new Error(message), { code });

test.each<[string, RegExp]>([
  ['amqp://u@localhost:5672/v', /^rmq-lab broker start, or name another broker: --url amqp:/],
  ['amqp://u@127.0.0.1:5673', /^rmq-lab broker start --port 5673, or/],
  ['amqp://u@[::1]:5672', /^rmq-lab broker start, or/],
  ['amqps://u@localhost:5671', /^start RabbitMQ there, or/],
  ['amqp://u@localhost.example.com:5672', /^start RabbitMQ there, or/],
  ['amqp://localhost@h:5672', /^start RabbitMQ there, or/],
])('when nothing listens at %s', (address, hint) => {
  expect(translateFailure(coded('ECONNREFUSED'), address).hint).toMatch(hint);
});

test.each<[string, unknown, number, string, RegExp]>([
  ['ECONNREFUSED', coded('ECONNREFUSED'), 5, `${ADDRESS}: connection refused`, /--url amqp:\/\//],
  [
    'ECONNREFUSED of every address',
    new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], ''),
    5,
    `${ADDRESS}: connection refused`,
    /--url/,
  ],
  ['ENOTFOUND', coded('ENOTFOUND', 'getaddrinfo ENOTFOUND h'), 5, `${ADDRESS}: no such host`, /--url/],
  ['EAI_AGAIN', coded('EAI_AGAIN'), 5, `${ADDRESS}: the host name could not be looked up`, /--url/],
  ['ETIMEDOUT', coded('ETIMEDOUT'), 5, `${ADDRESS}: no answer in time`, /--connect-timeout/],
  ['amqplib’s own time-out', new Error('connect ETIMEDOUT'), 5, `${ADDRESS}: no answer in time`, /--connect-timeout/],
  ['EHOSTUNREACH', coded('EHOSTUNREACH'), 5, `${ADDRESS}: host unreachable`, /--url/],
  ['ENETUNREACH', coded('ENETUNREACH'), 5, `${ADDRESS}: network unreachable`, /--url/],
  ['ECONNRESET', coded('ECONNRESET', 'read ECONNRESET'), 5, `${ADDRESS}: the connection was cut`, /amqps:\/\//],
  ['EPIPE', coded('EPIPE', 'write EPIPE'), 5, `${ADDRESS}: the connection was cut`, /rmq-lab status/],
  [
    'any other failure of the system',
    Object.assign(coded('EADDRNOTAVAIL'), { syscall: 'connect' }),
    5,
    `${ADDRESS}: connect EADDRNOTAVAIL 127.0.0.1:5672`,
    /--url/,
  ],

  [
    'certificate for another host',
    coded('ERR_TLS_CERT_ALTNAME_INVALID'),
    4,
    `${ADDRESS}: its certificate is for another host`,
    /--insecure/,
  ],
  ['certificate expired', coded('CERT_HAS_EXPIRED'), 4, `${ADDRESS}: its certificate has expired`, /--insecure/],
  ...[
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'SELF_SIGNED_CERT_IN_CHAIN',
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
    'UNABLE_TO_GET_ISSUER_CERT',
    'CERT_NOT_YET_VALID',
    'CERT_SIGNATURE_FAILURE',
    'CERT_REVOKED',
    'CERT_UNTRUSTED',
    'INVALID_CA',
    'INVALID_PURPOSE',
    'HOSTNAME_MISMATCH',
  ].map((code): [string, unknown, number, string, RegExp] => [
    code,
    coded(code, 'bad certificate'),
    4,
    `${ADDRESS}: its certificate is not trusted here: bad certificate`,
    /--tls-ca-file.*--insecure/,
  ]),
  ['no TLS there', coded('ERR_SSL_WRONG_VERSION_NUMBER', '…wrong version number…'), 5, `${ADDRESS}: no TLS there`, /amqp:\/\/.*amqps:\/\//],
  [
    'no TLS there, older Node',
    coded('EPROTO', 'write EPROTO 80:error:1408F10B:SSL:wrong version number'),
    5,
    `${ADDRESS}: no TLS there`,
    /amqp/,
  ],
  ['no TLS there, long packet', coded('ERR_SSL_PACKET_LENGTH_TOO_LONG', 'packet length too long'), 5, `${ADDRESS}: no TLS there`, /amqp/],
  [
    'no client certificate',
    coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'alert certificate required'),
    4,
    `${ADDRESS}: TLS failed: alert certificate required`,
    /--tls-cert-file/,
  ],
  ['unreadable key', coded('ERR_OSSL_PEM_NO_START_LINE', 'no start line'), 4, `${ADDRESS}: TLS failed: no start line`, /--tls-key-file/],

  [
    'vhost refused',
    new Error('Expected ConnectionOpenOk; got <ConnectionClose channel:0>'),
    4,
    `${ADDRESS}: the vhost does not exist, or this user may not use it`,
    /--vhost.*rabbitmqctl add_vhost/,
  ],
  ['hung up', new Error('Socket closed abruptly during opening handshake'), 5, `${ADDRESS}: it hung up during the handshake`, /--url/],
  ['lost', new Error('Unexpected close'), 5, `${ADDRESS}: the connection was lost`, /rmq-lab status/],
  ['heartbeat', new Error('Heartbeat timeout'), 5, `${ADDRESS}: no heartbeat came`, /rmq-lab status/],
  ['closed', new Error('Connection closed (Error: Unexpected close)'), 5, `${ADDRESS}: the connection was lost`, /rmq-lab status/],
  ['closing', new Error('Connection closing'), 5, `${ADDRESS}: the connection was lost`, /rmq-lab status/],
  ['channel closed', new Error('Channel closed'), 5, `${ADDRESS}: the connection was lost`, /rmq-lab status/],
  ['channel gone', new Error('Channel ended, no reply will be forthcoming'), 5, `${ADDRESS}: the connection was lost`, /rmq-lab status/],
  ['garbage', new Error('Invalid frame'), 5, `${ADDRESS}: what answers there does not speak AMQP 0-9-1`, /--url.*5672/],
  [
    'another greeting',
    new Error('Expected ConnectionStart; got <BasicAck channel:0>'),
    5,
    `${ADDRESS}: what answers there does not speak AMQP 0-9-1`,
    /--url/,
  ],
  [
    'small frames',
    new Error('Server frameMax 8 is below the protocol minimum 4096'),
    5,
    `${ADDRESS}: what answers there does not speak AMQP 0-9-1`,
    /--url/,
  ],
  [
    'no PLAIN',
    new Error('SASL mechanism PLAIN is not provided by the server'),
    5,
    `${ADDRESS}: it does not take user and password`,
    /rabbitmq\.conf/,
  ],
  [
    'a challenge',
    new Error("Wasn't expecting to have to go through secure"),
    5,
    `${ADDRESS}: it does not take user and password`,
    /rabbitmq\.conf/,
  ],

  ['anything else', new Error('No channels left to allocate'), 1, `${ADDRESS}: No channels left to allocate`, /--debug/],
  ['no error at all', 'a string', 1, 'a string', /--debug/],
])('%s', (_name, cause, exit, message, hint) => {
  const failure = translateFailure(cause, ADDRESS);
  expect(failure).toBeInstanceOf(LabError);
  expect(failure).toMatchObject({ exitCode: exit, message, replyCode: undefined });
  expect(failure.hint).toMatch(hint);
  if (cause instanceof Error) expect(failure.cause).toBe(cause);
});

test('a LabError goes through unchanged', () => {
  const failure = new LabError('condition', 'm');
  expect(translateFailure(failure, ADDRESS)).toBe(failure);
});
